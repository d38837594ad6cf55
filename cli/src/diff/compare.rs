//! Compares families.

use super::change::{Change, Changes};
use super::labels;
use super::operations;
use super::side::{Shape, Side};
use crate::catalogue::{Native, bound};

/// All changes, sorted by family. `allowed` are labels that a target may have in addition.
pub(crate) fn diff(old: &Side, new: &Side, allowed: &[String]) -> Vec<Change> {
    let mut changes = Vec::new();
    let news = new.shapes(old, allowed);
    let olds = old.shapes(new, allowed);
    let find = |shapes: &[Shape], name: &str| shapes.iter().position(|shape| shape.name == name);
    let mut added: Vec<&Shape> = news.iter().filter(|shape| find(&olds, &shape.name).is_none()).collect();
    for family in &olds {
        let mut of_family = Changes { family: &family.name, all: &mut changes };
        if let Some(now) = find(&news, &family.name).map(|at| &news[at]) {
            compare(family, now, &mut of_family);
        } else if let Some(at) = added.iter().position(|candidate| is_renamed(family, candidate)) {
            let now = added.remove(at);
            of_family.push(&format!("renamed to `{}`", now.name), Some("queries by the old name find nothing"));
            compare(family, now, &mut of_family);
        } else if new.is_served() && is_without_series(family) {
            of_family.push("the target has no series of it; they appear with the first call", None);
        } else {
            of_family.push("removed", Some("queries find nothing"));
        }
    }
    for family in added {
        let unsure = if old.is_served() && is_without_series(family) { ", or without a call so far" } else { "" };
        let mut of_family = Changes { family: &family.name, all: &mut changes };
        of_family.push(&format!("added: {}{unsure}", family.kind), None);
    }
    operations::compare(old.operations(), new.operations(), &mut changes);
    changes.sort_by(|a, b| a.family.cmp(&b.family));
    changes
}

/// Whether a target serves nothing of a declared family until something records it.
fn is_without_series(family: &Shape) -> bool {
    family.declared.as_ref().is_some_and(|declared| !declared.is_zero_initialised)
}

/// Whether a family was renamed: the kind and the labels are equal, and the item or the help is.
fn is_renamed(old: &Shape, new: &Shape) -> bool {
    let same_item = match (&old.declared, &new.declared) {
        (Some(old), Some(new)) => old.items == new.items,
        _ => false,
    };
    old.kind == new.kind && labels::same_names(old, new) && (same_item || old.help.is_some() && old.help == new.help)
}

fn compare(old: &Shape, new: &Shape, changes: &mut Changes<'_>) {
    if old.kind != new.kind {
        let change = format!("a {} became a {}", old.kind, new.kind);
        changes.push(&change, Some("queries apply functions for the old type"));
    }
    labels::compare(old, new, changes);
    if let (Some(before), Some(now)) = (&old.buckets, &new.buckets)
        && before != now
    {
        let text = |buckets: &[f64]| match buckets {
            [] => "none".to_owned(),
            bounds => bounds.iter().copied().map(bound).collect::<Vec<_>>().join(", "),
        };
        let is_lost = before.iter().any(|one| !now.contains(one));
        let change = format!("buckets changed from {} to {}", text(before), text(now));
        changes.push(&change, is_lost.then_some("queries by a removed bound find nothing"));
    }
    if let (Some(before), Some(now)) = (&old.declared, &new.declared)
        && before.native != now.native
    {
        let change = format!("native buckets changed from {} to {}", native(before.native), native(now.native));
        let is_lost = before.native.is_some() && now.native.is_none();
        changes.push(&change, is_lost.then_some("queries of native histograms find nothing"));
    }
    if let Some(help) = new.help.as_ref().filter(|_| old.help.is_some() && old.help != new.help) {
        changes.push(&format!("help changed to `{help}`"), None);
    }
}

fn native(native: Option<Native>) -> String {
    match native {
        Some(Native { schema, classic }) => {
            format!("schema {schema}, {} classic ones in protobuf", if classic { "with" } else { "without" })
        }
        None => "none".to_owned(),
    }
}
