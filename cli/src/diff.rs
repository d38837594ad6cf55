//! Differences between two catalogues, and which of them break queries.

use serde::Serialize;

use crate::catalogue::{Catalogue, Family, Label, Native, Operation, Values, bound};

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Change {
    /// The family, by its old name if it has one; for an objective, the operation.
    pub(crate) family: String,
    /// What changed.
    #[serde(rename = "change")]
    pub(crate) what: String,
    /// Why queries break; `None` if none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) breaks: Option<&'static str>,
}

/// All changes, sorted by family.
pub(crate) fn diff(old: &Catalogue, new: &Catalogue) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut added: Vec<&Family> = new.families.iter().filter(|family| old.family(&family.name).is_none()).collect();
    for family in &old.families {
        if let Some(now) = new.family(&family.name) {
            compare(family, now, &mut changes);
        } else if let Some(at) = added.iter().position(|candidate| is_renamed(family, candidate)) {
            let now = added.remove(at);
            push(
                &mut changes,
                family,
                format!("renamed to `{}`", now.name),
                Some("queries by the old name find nothing"),
            );
            compare(family, now, &mut changes);
        } else {
            push(&mut changes, family, "removed".to_owned(), Some("queries find nothing"));
        }
    }
    for family in added {
        push(&mut changes, family, format!("added: {}", family.kind.word()), None);
    }
    for operation in &old.operations {
        let now = new.operations.iter().find(|now| now.name == operation.name);
        let objective_text =
            |of: &Operation| of.objective.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
        if let Some(now) = now
            && now.objective != operation.objective
        {
            let what = format!("the objective was: {}; now it is: {}", objective_text(operation), objective_text(now));
            changes.push(Change { family: operation.name.clone(), what, breaks: None });
        }
    }
    changes.sort_by(|a, b| a.family.cmp(&b.family));
    changes
}

fn push(changes: &mut Vec<Change>, family: &Family, what: String, breaks: Option<&'static str>) {
    changes.push(Change { family: family.name.clone(), what, breaks });
}

/// Whether a family was renamed: the kind and the labels are equal, and the item or the help is.
fn is_renamed(old: &Family, new: &Family) -> bool {
    let items = |family: &Family| -> Vec<(String, String)> {
        family.declared.iter().map(|place| (place.module.clone(), place.item.clone())).collect()
    };
    old.kind == new.kind && old.label_names() == new.label_names() && (items(old) == items(new) || old.help == new.help)
}

fn compare(old: &Family, new: &Family, changes: &mut Vec<Change>) {
    if old.kind != new.kind {
        let change = format!("a {} became a {}", old.kind.word(), new.kind.word());
        push(changes, old, change, Some("queries apply functions for the old type"));
    }
    for label in &old.labels {
        match new.label(&label.name) {
            None => push(
                changes,
                old,
                format!("label `{}` removed", label.name),
                Some("matchers and groups by it find nothing"),
            ),
            Some(now) => compare_values(old, label, now, changes),
        }
    }
    for label in new.labels.iter().filter(|label| old.label(&label.name).is_none()) {
        push(
            changes,
            old,
            format!("label `{}` added", label.name),
            Some("operators without `on`, `ignoring` or an aggregation no longer match"),
        );
    }
    if old.buckets != new.buckets {
        let text = |buckets: &[f64]| buckets.iter().copied().map(bound).collect::<Vec<_>>().join(", ");
        let is_lost = old.buckets.iter().any(|one| !new.buckets.contains(one));
        let change = format!("buckets changed from {} to {}", text(&old.buckets), text(&new.buckets));
        push(changes, old, change, is_lost.then_some("queries by a removed bound find nothing"));
    }
    if old.native != new.native {
        let text = |native: Option<Native>| match native {
            Some(Native { schema, classic }) => {
                format!("schema {schema}, {} classic ones in protobuf", if classic { "with" } else { "without" })
            }
            None => "none".to_owned(),
        };
        let change = format!("native buckets changed from {} to {}", text(old.native), text(new.native));
        let is_lost = old.native.is_some() && new.native.is_none();
        push(changes, old, change, is_lost.then_some("queries of native histograms find nothing"));
    }
    if old.help != new.help {
        push(changes, old, format!("help changed to `{}`", new.help), None);
    }
}

fn compare_values(family: &Family, old: &Label, new: &Label, changes: &mut Vec<Change>) {
    let name = &old.name;
    match (old.idle, new.idle) {
        (before, Some(now)) if before != Some(now) => {
            let change = format!("values of `{name}` leave after {now} s without a call");
            push(changes, family, change, before.is_none().then_some("alerts on their absence fire"));
        }
        (Some(_), None) => push(changes, family, format!("values of `{name}` stay"), None),
        _ => {}
    }
    match (&old.values, &new.values) {
        (Values::Listed(before), Values::Listed(now)) => {
            for value in before.iter().filter(|value| !now.contains(value)) {
                push(
                    changes,
                    family,
                    format!("`{name}` is never `{value}` any more"),
                    Some("matchers for it find nothing"),
                );
            }
            for value in now.iter().filter(|value| !before.contains(value)) {
                push(changes, family, format!("`{name}` may be `{value}`"), None);
            }
        }
        // Facts differ in every build.
        (Values::Fact(_), Values::Fact(_)) => {}
        (before, now) if before != now => {
            push(changes, family, format!("the source of the values of `{name}` changed"), None);
        }
        _ => {}
    }
}

/// The changes as text.
pub(crate) fn human(changes: &[Change]) -> String {
    let line = |change: &Change| match change.breaks {
        Some(why) => format!("BREAKS  {}: {}; {why}\n", change.family, change.what),
        None => format!("        {}: {}\n", change.family, change.what),
    };
    changes.iter().map(line).collect()
}
