//! What the values of an outcome's label mean.

use super::declarations::DeclaredOutcome;
use super::model::Outcome;
use crate::names::OutcomeClass;

/// Names that are given to nothing but a success.
const GOOD: &[&str] = &["ok", "success", "succeeded", "successful", "completed", "complete", "done"];

/// Returns the outcome's label with what its values say about a call.
///
/// The code says it: `ok` and `error` by themselves, other types by `#[label(ok)]`, `#[label(error)]` and `#[label(ignored)]`. Of a type with two variants that
/// says nothing, one is a success and the other a failure: by its name, else the first is the success. Of a type with more variants, nothing is assumed,
/// because a wrong guess is a false alert.
pub(super) fn outcome(declared: &DeclaredOutcome) -> Option<Outcome> {
    let label = declared.label.clone()?;
    let mut outcome = Outcome {
        label,
        ok: Vec::new(),
        error: Vec::new(),
        ignored: Vec::new(),
        unknown: Vec::new(),
        panic: declared.panic.clone(),
        cancelled: declared.cancelled.clone(),
        started: declared.started.clone(),
    };
    let says_nothing = declared.classes.iter().all(|class| *class == OutcomeClass::Unknown);
    for (at, value) in declared.finished() {
        let said = declared.classes.get(at).copied().unwrap_or(OutcomeClass::Unknown);
        let class = if says_nothing { guess(&declared.finished, at) } else { said };
        outcome.add(value, class);
    }
    outcome.add(&declared.panic, OutcomeClass::Error);
    if let Some(cancelled) = declared.cancelled() {
        outcome.add(cancelled, declared.cancelled_class);
    }
    Some(outcome)
}

/// Returns the values that calls can have.
pub(super) fn values(declared: &DeclaredOutcome) -> Vec<String> {
    let finished = declared.finished().map(|(_, value)| value).chain([&declared.panic]);
    finished.chain(declared.cancelled()).chain(&declared.started).cloned().collect()
}

impl DeclaredOutcome {
    /// The values of finished calls that can occur, with their positions.
    fn finished(&self) -> impl Iterator<Item = (usize, &String)> {
        let is_infallible = self.is_never("error");
        self.finished.iter().enumerate().filter(move |(at, _)| *at == 0 || !is_infallible)
    }

    /// The value of cancelled calls, if there are any.
    fn cancelled(&self) -> Option<&String> {
        (!self.is_never("cancelled")).then_some(&self.cancelled)
    }

    fn is_never(&self, outcome: &str) -> bool {
        self.never.iter().any(|never| never == outcome)
    }
}

impl Outcome {
    /// Returns whether the code says which calls fail. If it does not, only panics are known to be failures, and an error ratio would hide the others.
    pub(crate) fn says_what_fails(&self) -> bool {
        self.unknown.is_empty() || self.error.iter().any(|value| *value != self.panic)
    }

    /// Moves values to a class: those that had it and are not named are then unknown, but for panics among failures and cancelled calls among those ignored.
    pub(crate) fn set(&mut self, class: OutcomeClass, values: &[String]) {
        let Self { ok, error, ignored, unknown, panic, cancelled, .. } = self;
        for list in [&mut *ok, &mut *error, &mut *ignored, &mut *unknown] {
            list.retain(|value| !values.contains(value));
        }
        let list = match class {
            OutcomeClass::Ok => ok,
            OutcomeClass::Error => error,
            OutcomeClass::Ignored => ignored,
            OutcomeClass::Unknown => return,
        };
        let rest = std::mem::replace(list, values.to_vec());
        for value in rest {
            let stays = match class {
                OutcomeClass::Error => value == *panic,
                OutcomeClass::Ignored => value == *cancelled,
                OutcomeClass::Ok | OutcomeClass::Unknown => false,
            };
            if stays { list.push(value) } else { unknown.push(value) }
        }
    }
}

impl Outcome {
    /// A value that several outcomes share counts by the first of them.
    fn add(&mut self, value: &str, class: OutcomeClass) {
        let Self { ok, error, ignored, unknown, .. } = self;
        if [&*ok, &*error, &*ignored, &*unknown].iter().any(|values| values.iter().any(|known| known == value)) {
            return;
        }
        let values = match class {
            OutcomeClass::Ok => ok,
            OutcomeClass::Error => error,
            OutcomeClass::Ignored => ignored,
            OutcomeClass::Unknown => unknown,
        };
        values.push(value.to_owned());
    }
}

/// The class of one of two values that the code says nothing about.
fn guess(finished: &[String], at: usize) -> OutcomeClass {
    let [first, second] = finished else { return OutcomeClass::Unknown };
    let good = usize::from(!is_good(first) && is_good(second));
    if at == good { OutcomeClass::Ok } else { OutcomeClass::Error }
}

fn is_good(value: &str) -> bool {
    GOOD.contains(&value.to_lowercase().as_str())
}
