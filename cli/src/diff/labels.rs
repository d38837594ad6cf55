//! Compares the labels of a family, and their values.

use std::collections::BTreeSet;

use super::change::Changes;
use super::side::{Known, Label, Shape};
use crate::catalogue::LabelValues;
use crate::names::OTHER;

/// Whether two families have labels of the same names, as far as a target shows them.
pub(super) fn same_names(old: &Shape, new: &Shape) -> bool {
    let (Some(before), Some(now)) = (&old.labels, &new.labels) else { return true };
    let covers = |all: &[Label], part: &[Label]| {
        part.iter().all(|label| find(all, &label.name).is_some() || label.values.may_be_empty())
    };
    covers(now, before) && covers(before, now)
}

fn find<'a>(labels: &'a [Label], name: &str) -> Option<&'a Label> {
    labels.iter().find(|label| label.name == name)
}

pub(super) fn compare(old: &Shape, new: &Shape, changes: &mut Changes<'_>) {
    let (Some(before), Some(now)) = (&old.labels, &new.labels) else { return };
    // Series of a target lack labels whose value is empty.
    let is_hidden = |label: &Label, there: &Shape| there.declared.is_none() && label.values.may_be_empty();
    for label in before {
        match find(now, &label.name) {
            Some(now) => compare_values(label, now, changes),
            None if is_hidden(label, new) => {}
            None => {
                changes
                    .push(&format!("label `{}` removed", label.name), Some("matchers and groups by it find nothing"));
            }
        }
    }
    for label in now.iter().filter(|label| find(before, &label.name).is_none() && !is_hidden(label, old)) {
        changes.push(
            &format!("label `{}` added", label.name),
            Some("operators without `on`, `ignoring` or an aggregation no longer match"),
        );
    }
}

fn compare_values(old: &Label, new: &Label, changes: &mut Changes<'_>) {
    let name = &old.name;
    let are_declared = matches!((&old.values, &new.values), (Known::Declared(_), Known::Declared(_)));
    match (old.idle, new.idle) {
        _ if !are_declared => {}
        (before, Some(now)) if before != Some(now) => {
            let change = format!("values of `{name}` expire after {now} s without a call");
            changes.push(&change, before.is_none().then_some("alerts on their absence fire"));
        }
        (Some(_), None) => changes.push(&format!("values of `{name}` stay"), None),
        _ => {}
    }
    match (&old.values, &new.values) {
        (Known::Declared(LabelValues::Listed(before)), Known::Declared(LabelValues::Listed(now))) => {
            lost(name, before, |value| now.contains(value), changes);
            gained(name, now, |value| before.contains(value), changes);
        }
        // Facts differ in every build.
        (Known::Declared(LabelValues::Fact(_)), Known::Declared(LabelValues::Fact(_))) => {}
        (Known::Declared(before), Known::Declared(now)) if before != now => {
            changes.push(&format!("values of `{name}`: {}; before, {}", source(now), source(before)), None);
        }
        (Known::Seen(before), Known::Declared(LabelValues::Listed(now))) => {
            lost(name, before, |value| now.contains(value), changes);
        }
        (Known::Declared(LabelValues::Listed(before)), Known::Seen(now)) => {
            gained(name, now, |value| before.contains(value), changes);
        }
        // A value that one of two scrapes lacks may only not have occurred.
        _ => {}
    }
}

/// Which values a label can have.
fn source(values: &LabelValues) -> String {
    match values {
        LabelValues::Listed(values) => format!("one of `{}`", values.join("`, `")),
        LabelValues::Open(cap) => format!("any, at most {cap}, then `{OTHER}`"),
        LabelValues::Fact(_) => "a constant of the build".to_owned(),
        LabelValues::Closed(_) => "a closed set".to_owned(),
    }
}

fn lost<'a>(
    name: &str,
    values: impl IntoIterator<Item = &'a String>,
    is_known: impl Fn(&String) -> bool,
    changes: &mut Changes<'_>,
) {
    for value in values.into_iter().filter(|value| !is_known(value)).collect::<BTreeSet<_>>() {
        changes.push(&format!("`{name}` is never `{value}` any more"), Some("matchers for it find nothing"));
    }
}

fn gained<'a>(
    name: &str,
    values: impl IntoIterator<Item = &'a String>,
    is_known: impl Fn(&String) -> bool,
    changes: &mut Changes<'_>,
) {
    for value in values.into_iter().filter(|value| !is_known(value)).collect::<BTreeSet<_>>() {
        changes.push(&format!("`{name}` may be `{value}`"), None);
    }
}
