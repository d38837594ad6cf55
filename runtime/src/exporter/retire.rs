//! Removes values of open labels that no longer exist, for instance deleted tenants.

use super::error::Error;
use crate::catalog::declarations;
use crate::idle::groups;
use crate::names::OTHER;
use metrics_instrumented_shared::suggest::did_you_mean;

/// Removes these values at once; returns whether all of them were removed.
pub(super) fn retire(family: &str, labels: &[(&str, &str)]) -> Result<bool, Error> {
    let all = declarations();
    let declared: Vec<_> = all.iter().filter(|declaration| declaration.family.name == family).collect();
    let error = |label: &str, reason| Err(Error::Retire { family: family.to_owned(), label: label.to_owned(), reason });
    if declared.is_empty() {
        let label = labels.first().map_or("", |(label, _)| label);
        let known = all.iter().filter(|declaration| !declaration.idle.is_empty());
        return error(label, undeclared(family, known.map(|declaration| declaration.family.name)));
    }
    let with_idle = || declared.iter().flat_map(|one| one.idle.iter().map(|(name, _)| *name));
    if labels.is_empty() {
        return error(
            "",
            format!("no label is given; pass {}", list(with_idle(), "a label with `idle`, which it has not")),
        );
    }
    for (label, value) in labels {
        let reason = if !with_idle().any(|name| name == *label) {
            if declared.iter().any(|one| one.labels.contains(label)) {
                "only values of open labels with `idle` can be removed; declare it as `open(.., idle = 600)` or `#[label(idle = 600)]`".to_owned()
            } else {
                format!(
                    "the family has no such label; pass {}",
                    list(with_idle(), "a label with `idle`, which it has not")
                )
            }
        } else if *value == OTHER {
            format!(
                "`{OTHER}` contains the calls of all values beyond the label's cap; it stays until the process ends"
            )
        } else {
            continue;
        };
        return error(label, reason);
    }
    // Without a group, the family has had no call, and there is nothing to retire.
    let retired = labels.iter().map(|(label, value)| groups::retire(family, label, value).unwrap_or(true));
    Ok(retired.fold(true, |all, one| all & one))
}

/// Why there is no such family, with the most similar one of those that have `idle`.
fn undeclared<'a>(family: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let fix = match did_you_mean(family, known.clone()) {
        similar if similar.is_empty() => format!("; pass {}", list(known, "one with `idle`, of which there are none")),
        similar => similar,
    };
    format!("no operation and no metric declares this family{fix}")
}

/// Some of the names: `` `a` or `b` ``. Without names, `none`.
fn list<'a>(names: impl Iterator<Item = &'a str>, none: &str) -> String {
    const SHOWN: usize = 3;
    let mut names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    names.sort();
    names.dedup();
    names.truncate(SHOWN);
    if names.is_empty() { none.to_owned() } else { names.join(" or ") }
}
