//! Compares operations: what the rules depend on besides families.

use super::change::Change;
use crate::catalogue::{Operation, Outcome};

/// Compares the operations that both programs have.
pub(super) fn compare(old: &[Operation], new: &[Operation], changes: &mut Vec<Change>) {
    for before in old {
        let Some(now) = new.iter().find(|now| now.name == before.name) else { continue };
        let found = [objective(before, now), sample(before, now)].into_iter().flatten().chain(outcomes(before, now));
        changes.extend(found.map(|what| Change { family: before.name.clone(), what, breaks: None }));
    }
}

fn objective(before: &Operation, now: &Operation) -> Option<String> {
    let text = |of: &Operation| of.objective.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
    (before.objective != now.objective)
        .then(|| format!("the objective was: {}; now it is: {}", text(before), text(now)))
}

fn sample(before: &Operation, now: &Operation) -> Option<String> {
    let text = |sample: u64| if sample == 1 { "every call".to_owned() } else { format!("one call in {sample}") };
    (before.sample != now.sample).then(|| format!("{} is timed; before, {}", text(now.sample), text(before.sample)))
}

fn outcomes(before: &Operation, now: &Operation) -> Vec<String> {
    let rules = "generated rules and queries change";
    let label =
        |of: &Option<Outcome>| of.as_ref().map_or_else(|| "no label".to_owned(), |of| format!("`{}`", of.label));
    match (&before.outcome, &now.outcome) {
        (None, None) => Vec::new(),
        (Some(before), Some(now)) if before.label == now.label => classes(before, now, rules),
        (before, now) => vec![format!("{} says how calls end; before, {}; {rules}", label(now), label(before))],
    }
}

/// The values whose class changed.
fn classes(before: &Outcome, now: &Outcome, rules: &str) -> Vec<String> {
    let changed = before.classes().filter_map(|(value, class)| {
        let (_, other) = now.classes().find(|(known, _)| *known == value)?;
        let (class, other) = (class.word(), other.word());
        (class != other)
            .then(|| format!("the outcome `{value}` was classified as `{class}`; now as `{other}`; {rules}"))
    });
    changed.collect()
}
