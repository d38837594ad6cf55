//! Questions to a recorder of this crate that the `metrics` facade cannot express.
//!
//! A question is stored in a thread-local while the recorder gets the family's HELP, which every recorder accepts. A recorder of this crate answers, also
//! behind layers that pass the description on. Other recorders do not answer, and do not get the family.

use std::cell::RefCell;
use std::sync::Arc;

use metrics::{Key, KeyName, Recorder};

use super::oldest::Oldest;
use super::peak::Peak;
use super::polls::Polls;
use super::seen::{IdleLabels, Seen};
use crate::facade::describe_role;
use crate::idle::metric::{LeasedCell, LeasedMetric};
use crate::meta::Family;
use crate::names::Role;

/// A question to a recorder.
#[derive(Clone, Debug)]
pub(crate) enum Question {
    /// Is it a recorder of this crate?
    IsOurs,
    /// The peak of a series.
    Peak(Key),
    /// The start times of a series.
    Oldest(Key, &'static str),
    /// The polls of a series: the keys of their number, of their time and of slow polls, and the nanoseconds above which a poll is slow.
    Polls([Key; 3], u64),
    /// The last use of a series whose values can expire.
    Seen(IdleLabels),
    /// Where a counter, gauge or histogram is counted whose values can expire.
    Leased(LeasedMetric),
}

/// The answer of a recorder of this crate.
#[derive(Debug)]
#[cfg_attr(not(any(feature = "exporter", feature = "testing")), allow(dead_code, reason = "no recorder answers"))]
pub(crate) enum Answer {
    Yes,
    Peak(Arc<Peak>),
    Oldest(Arc<Oldest>),
    Polls(Arc<Polls>),
    #[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "only captures answer"))]
    Seen(Arc<Seen>),
    #[cfg_attr(not(feature = "exporter"), allow(dead_code, reason = "only the exporter answers"))]
    Leased(LeasedCell),
}

enum State {
    Nothing,
    Asked(&'static str, Question),
    Answered(Answer),
}

thread_local! {
    static STATE: RefCell<State> = const { RefCell::new(State::Nothing) };
}

/// Asks a recorder about a family of an operation.
pub(crate) fn ask(recorder: &dyn Recorder, role: Role, family: &Family, question: Question) -> Option<Answer> {
    ask_with(|| describe_role(recorder, role, family), family, question)
}

/// Asks the recorder to which `describe` passes the family's HELP.
pub(crate) fn ask_with(describe: impl FnOnce(), family: &Family, question: Question) -> Option<Answer> {
    STATE.try_with(|state| state.replace(State::Asked(family.name, question))).ok()?;
    describe();
    match STATE.try_with(|state| state.replace(State::Nothing)).ok()? {
        State::Answered(answer) => Some(answer),
        State::Nothing | State::Asked(..) => None,
    }
}

/// Whether this recorder gets the families with this role.
pub(crate) fn takes(recorder: &dyn Recorder, role: Role, family: &Family) -> bool {
    !role.needs_own_recorder() || matches!(ask(recorder, role, family, Question::IsOurs), Some(Answer::Yes))
}

/// Called by a recorder of this crate when it gets a family's HELP: answers the question about the family, if there is one.
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
