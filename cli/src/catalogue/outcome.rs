//! What the values of an outcome's label mean.

use super::declarations::DeclaredOutcome;
use super::model::Outcome;
use crate::names::OutcomeClass;

/// Values that nobody gives to anything but a success.
const GOOD: &[&str] = &["ok", "success", "succeeded", "successful", "completed", "complete", "done"];

/// The outcome's label with what its values say about a call.
///
/// The code says it: `ok` and `error` by themselves, other types by `#[label(ok)]` and the like. Of a type that does not say it, the first of two values
/// counts as good, and of more those that are called so or are a status below 400; a status from 400 to 499 is the caller's mistake and counts neither as good
/// nor as bad. All others are `unknown`.
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
    for (at, value) in declared.finished.iter().enumerate() {
        let said = declared.classes.get(at).copied().unwrap_or(OutcomeClass::Unknown);
        let class = if said == OutcomeClass::Unknown { guess(&declared.finished, at) } else { said };
        outcome.add(value, class);
    }
    outcome.add(&declared.panic, OutcomeClass::Error);
    outcome.add(&declared.cancelled, declared.cancelled_class);
    Some(outcome)
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

fn guess(finished: &[String], at: usize) -> OutcomeClass {
    let some_are_good = finished.iter().any(|value| is_good(value));
    if is_good(&finished[at]) || (finished.len() == 2 && at == 0 && !some_are_good) {
        OutcomeClass::Ok
    } else if is_callers_mistake(&finished[at]) {
        OutcomeClass::Ignored
    } else if some_are_good || finished.len() == 2 {
        OutcomeClass::Error
    } else {
        OutcomeClass::Unknown
    }
}

fn is_good(value: &str) -> bool {
    GOOD.contains(&value.to_lowercase().as_str()) || status(value).is_some_and(|status| status < 400)
}

fn is_callers_mistake(value: &str) -> bool {
    status(value).is_some_and(|status| (400..500).contains(&status))
}

/// A status of HTTP.
fn status(value: &str) -> Option<u16> {
    let is_status = value.len() == 3 && value.bytes().all(|byte| byte.is_ascii_digit());
    is_status.then(|| value.parse().ok()).flatten()
}
