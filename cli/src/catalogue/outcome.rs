//! What the values of an outcome's label mean.

use super::declarations::{Declaration, DeclaredLabel, DeclaredOutcome};
use super::model::Outcome;
use crate::names::{OutcomeClass, Role};

/// Names that are given to nothing but a success.
const GOOD: &[&str] = &["ok", "success", "succeeded", "successful", "completed", "complete", "done"];

/// Returns the label that says how calls end with what its values say about a call: the outcome's or, if no family has it, a declared label whose type
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
/// The code says it: `ok` and `error` by themselves, other types by `#[label(ok)]`, `#[label(error)]` and `#[label(ignored)]`. Of a type with two variants that
/// says nothing, one is a success and the other a failure: by its name, else the first is the success. Of a type with more variants, nothing is assumed,
/// because a wrong guess is a false alert.
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
    /// An outcome with this label and no values.
    fn of(label: String) -> Self {
        let [ok, error, ignored, unknown] = [const { Vec::new() }; 4];
        Self { label, ok, error, ignored, unknown, panic: None, cancelled: None, started: None }
    }

    /// Returns whether the code says which calls fail. If it does not, only panics are known to be failures, and an error ratio would hide the others.
    pub(crate) fn says_what_fails(&self) -> bool {
        self.unknown.is_empty() || self.error.iter().any(|value| Some(value) != self.panic.as_ref())
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
                OutcomeClass::Error => Some(&value) == panic.as_ref(),
                OutcomeClass::Ignored => Some(&value) == cancelled.as_ref(),
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
