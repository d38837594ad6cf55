//! How a recorder of this crate is asked for what the `metrics` facade has no words for.
//!
//! A question is left on the thread while the recorder is told the family's HELP, which changes nothing for any recorder: ours, also behind layers
//! that pass the description on, answer; others do not, and are not given the family at all.

use std::cell::RefCell;
use std::sync::Arc;

use metrics::{Key, KeyName, Recorder};

use super::oldest::Oldest;
use super::peak::Peak;
use super::polls::Polls;
use super::seen::{IdleLabels, Seen};
use crate::facade::describe_role;
use crate::meta::Family;
use crate::names::Role;

/// What is asked of a recorder.
#[derive(Clone, Debug)]
pub(crate) enum Question {
    /// Whether it is one of this crate.
    IsOurs,
    /// For the peak of a series.
    Peak(Key),
    /// For the start times of a series.
    Oldest(Key, &'static str),
    /// For the polls of a series, by the keys of their number, their time and of those that are slow, and above how many nanoseconds they are.
    Polls([Key; 3], u64),
    /// For when a series is used whose values can leave.
    Seen(IdleLabels),
}

/// What a recorder of this crate says.
#[derive(Debug)]
#[cfg_attr(not(any(feature = "exporter", feature = "testing")), allow(dead_code, reason = "no recorder answers"))]
pub(crate) enum Answer {
    Yes,
    Peak(Arc<Peak>),
    Oldest(Arc<Oldest>),
    Polls(Arc<Polls>),
    #[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "only captures answer"))]
    Seen(Arc<Seen>),
}

enum State {
    Nothing,
    Asked(&'static str, Question),
    Answered(Answer),
}

thread_local! {
    static STATE: RefCell<State> = const { RefCell::new(State::Nothing) };
}

/// Asks a recorder about a family.
pub(crate) fn ask(recorder: &dyn Recorder, role: Role, family: &Family, question: Question) -> Option<Answer> {
    STATE.try_with(|state| state.replace(State::Asked(family.name, question))).ok()?;
    describe_role(recorder, role, family);
    match STATE.try_with(|state| state.replace(State::Nothing)).ok()? {
        State::Answered(answer) => Some(answer),
        State::Nothing | State::Asked(..) => None,
    }
}

/// Whether the families with this role are given to this recorder.
pub(crate) fn takes(recorder: &dyn Recorder, role: Role, family: &Family) -> bool {
    !role.needs_own_recorder() || matches!(ask(recorder, role, family, Question::IsOurs), Some(Answer::Yes))
}

/// For a recorder of this crate that is told a family's HELP: answers what was asked about it, if anything.
#[cfg(any(feature = "exporter", feature = "testing"))]
pub(crate) fn answer(family: &KeyName, with: impl FnOnce(&Question) -> Option<Answer>) {
    let asked = STATE.try_with(|state| match state.replace(State::Nothing) {
        State::Asked(name, question) if name == family.as_str() => Some(question),
        other => {
            state.replace(other);
            None
        }
    });
    let Some(question) = asked.ok().flatten() else { return };
    if let Some(answer) = with(&question) {
        let _ = STATE.try_with(|state| state.replace(State::Answered(answer)));
    }
}
