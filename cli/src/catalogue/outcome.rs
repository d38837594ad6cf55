//! The classes of outcomes.

use std::collections::BTreeSet;

use super::declarations::{Declaration, DeclaredLabel, DeclaredOutcome};
use super::model::Outcome;
use crate::names::{MAX_EMPTY_HISTOGRAMS, OutcomeClass, Role};

/// Names that always mean a success.
const GOOD: &[&str] = &["ok", "success", "succeeded", "successful", "completed", "complete", "done"];

/// Returns the label that says how calls end, with the classes of its values: the outcome label or, if no family has it, a declared label whose type
/// classifies its values, such as a status code.
pub(super) fn outcome(declaration: &Declaration) -> Option<Outcome> {
    let families = &declaration.families;
    let is_shown =
        families.contains_key(&Role::Calls) || families.get(&Role::Duration).is_some_and(|family| family.outcome);
    let own = declaration.outcome.as_ref().filter(|_| is_shown).and_then(own_outcome);
    own.or_else(|| {
        let carried = |at: usize| {
            [Role::Calls, Role::Duration].iter().any(|role| families.get(role).is_some_and(|family| family.has(at)))
        };
        let labels = declaration.labels.iter().enumerate().filter(|(at, _)| carried(*at));
        labels.map(|(_, label)| label).find(|label| label.classes.contains(&OutcomeClass::Error)).map(of_label)
    })
}

fn of_label(label: &DeclaredLabel) -> Outcome {
    let mut outcome = Outcome::of(label.name.clone());
    for (value, class) in label.values.iter().flatten().zip(&label.classes) {
        outcome.add(value, *class);
    }
    outcome
}

/// Returns the outcome that the operation itself tells.
///
/// The classes are in the code: `ok` and `error` have theirs by default, and other types have `#[label(ok)]`, `#[label(error)]` and `#[label(ignored)]`. In a type
/// with two variants without classes, one is a success (the one with a name of a success, otherwise the first), and the other a failure. For types with more
/// variants nothing is assumed, because a wrong guess would cause false alerts.
fn own_outcome(declared: &DeclaredOutcome) -> Option<Outcome> {
    let label = declared.label.clone()?;
    let mut outcome = Outcome {
        panic: Some(declared.panic.clone()),
        cancelled: Some(declared.cancelled.clone()),
        started: declared.started.clone(),
        ..Outcome::of(label)
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

/// Returns the values that ended calls can have.
pub(super) fn values(declared: &DeclaredOutcome) -> Vec<String> {
    let finished = declared.finished().map(|(_, value)| value).chain([&declared.panic]);
    finished.chain(declared.cancelled()).cloned().collect()
}

/// Returns whether the exporter hides empty histograms by this outcome, as the library decides it: by all values of the type, whether or not a call can have them.
pub(super) fn hides_empty(declared: &DeclaredOutcome) -> bool {
    let all = declared.finished.iter().chain([&declared.panic, &declared.cancelled]);
    declared.label.is_some() && all.collect::<BTreeSet<_>>().len() > MAX_EMPTY_HISTOGRAMS
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
    /// An outcome with this label and no values.
    fn of(label: String) -> Self {
        let [ok, error, ignored, unknown] = [const { Vec::new() }; 4];
        Self { label, ok, error, ignored, unknown, panic: None, cancelled: None, started: None }
    }

    /// Returns whether it is known which calls fail. If not, only panics are known failures, and an error ratio would hide the others.
    pub(crate) fn says_what_fails(&self) -> bool {
        self.unknown.is_empty() || self.error.iter().any(|value| Some(value) != self.panic.as_ref())
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
                OutcomeClass::Error => Some(&value) == panic.as_ref(),
                OutcomeClass::Ignored => Some(&value) == cancelled.as_ref(),
                OutcomeClass::Ok | OutcomeClass::Unknown => false,
            };
            if stays { list.push(value) } else { unknown.push(value) }
        }
    }
}

impl Outcome {
    /// Adds a value; if several outcomes have the same value, the first one determines its class.
    pub(super) fn add(&mut self, value: &str, class: OutcomeClass) {
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
