//! The classes of outcomes.

use super::declarations::DeclaredOutcome;
use super::model::Outcome;
use crate::names::OutcomeClass;

/// Names that always mean a success.
const GOOD: &[&str] = &["ok", "success", "succeeded", "successful", "completed", "complete", "done"];

/// Returns the outcome label with the classes of its values.
///
/// The classes are in the code: `ok` and `error` have theirs by default, and other types have `#[label(ok)]`, `#[label(error)]` and `#[label(ignored)]`. In a type
/// with two variants without classes, one is a success (the one with a name of a success, otherwise the first), and the other a failure. For types with more
/// variants nothing is assumed, because a wrong guess would cause false alerts.
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
    for (at, value) in declared.finished.iter().enumerate() {
        let said = declared.classes.get(at).copied().unwrap_or(OutcomeClass::Unknown);
        let class = if says_nothing { guess(&declared.finished, at) } else { said };
        outcome.add(value, class);
    }
    outcome.add(&declared.panic, OutcomeClass::Error);
    outcome.add(&declared.cancelled, declared.cancelled_class);
    Some(outcome)
}

impl Outcome {
    /// Returns whether it is known which calls fail. If not, only panics are known failures, and an error ratio would hide the others.
    pub(crate) fn says_what_fails(&self) -> bool {
        self.unknown.is_empty() || self.error.iter().any(|value| *value != self.panic)
    }

    /// Sets the values of a class. Values that had the class before become unknown, except for panics (failures) and cancelled calls (ignored).
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
    /// Adds a value; if several outcomes have the same value, the first one determines its class.
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

/// The class of one of two values without classes.
fn guess(finished: &[String], at: usize) -> OutcomeClass {
    let [first, second] = finished else { return OutcomeClass::Unknown };
    let good = usize::from(!is_good(first) && is_good(second));
    if at == good { OutcomeClass::Ok } else { OutcomeClass::Error }
}

fn is_good(value: &str) -> bool {
    GOOD.contains(&value.to_lowercase().as_str())
}
