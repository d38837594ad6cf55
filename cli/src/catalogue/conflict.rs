//! What prevents two catalogues from being merged: families and operations of the same name that differ.

use std::collections::BTreeSet;
use std::fmt::Display;

use super::model::{Catalogue, Family, Kind, Operation, bound};
use crate::names::SITE_LABELS;

/// A difference between two families or operations of the same name.
#[derive(Debug)]
pub(super) struct Difference {
    /// The name of both.
    name: String,
    /// What differs, such as `buckets`.
    what: String,
    first: String,
    second: String,
}

impl Difference {
    /// Returns the difference as text, with the place of each side.
    pub(super) fn between(&self, first: &str, second: &str) -> String {
        format!("`{}`: different {}: {} {first}; {} {second}", self.name, self.what, self.first, self.second)
    }
}

/// Returns the differences between families and operations of the same name.
pub(crate) fn conflicts(first: &Catalogue, second: &Catalogue) -> Vec<String> {
    let families = first.families.iter().filter_map(|family| of_families(family, second.family(&family.name)?));
    let operations = first.operations.iter().filter_map(|operation| {
        let other = second.operations.iter().find(|other| other.name == operation.name)?;
        of_operations(operation, other)
    });
    families.chain(operations).map(|difference| difference.between("in the first", "in the second")).collect()
}

pub(super) fn of_families(first: &Family, second: &Family) -> Option<Difference> {
    let differ = |what: &str, of: fn(&Family) -> String| differ(&first.name, what, &of(first), &of(second));
    let labels = || differ("labels", labels).filter(|_| !(has_site_labels(first) && has_site_labels(second)));
    differ("kinds", kind).or_else(|| differ("units", unit)).or_else(labels).or_else(|| differ("buckets", buckets))
}

fn of_operations(first: &Operation, second: &Operation) -> Option<Difference> {
    let shared = first.families.iter().filter_map(|(role, family)| Some((role, family, second.family(*role)?)));
    let families =
        shared.map(|(role, one, other)| differ(&first.name, &format!("families for `{}`", role.word()), one, other));
    families.flatten().next().or_else(|| of_outcomes(first, second)).or_else(|| of_objectives(first, second))
}

/// An operation without an objective is no conflict.
pub(super) fn of_objectives(first: &Operation, second: &Operation) -> Option<Difference> {
    let (one, other) = (first.objective.as_ref()?, second.objective.as_ref()?);
    differ(&first.name, "objectives", one, other)
}

/// The seconds after which values expire. Programs that are merged may differ in them, declarations of one program may not.
pub(super) fn of_idle(first: &Family, second: &Family) -> Option<Difference> {
    let are_sites = has_site_labels(first) && has_site_labels(second);
    differ(&first.name, "`idle`", &idle(first), &idle(second)).filter(|_| !are_sites)
}

/// A value that is a success in one program and a failure in the other. A value without a class is no conflict.
fn of_outcomes(first: &Operation, second: &Operation) -> Option<Difference> {
    let (one, other) = (first.outcome.as_ref()?, second.outcome.as_ref()?);
    differ(&first.name, "outcome labels", &one.label, &other.label).or_else(|| {
        let mut classified = one.classified();
        classified.find_map(|(value, class)| {
            let (_, other) = other.classified().find(|(known, _)| *known == value)?;
            differ(&first.name, &format!("classes of the outcome `{value}`"), class.word(), other.word())
        })
    })
}

fn differ<T: Display + PartialEq + ?Sized>(name: &str, what: &str, first: &T, second: &T) -> Option<Difference> {
    (first != second).then(|| Difference {
        name: name.to_owned(),
        what: what.to_owned(),
        first: first.to_string(),
        second: second.to_string(),
    })
}

/// Functions share a family that has a label for each of them, whatever their other labels are.
fn has_site_labels(family: &Family) -> bool {
    SITE_LABELS.iter().any(|label| family.label(label).is_some())
}

fn kind(family: &Family) -> String {
    if family.kind == Kind::Info { "info".to_owned() } else { family.kind.word().to_owned() }
}

fn unit(family: &Family) -> String {
    family.unit.clone().unwrap_or_else(|| "none".to_owned())
}

fn labels(family: &Family) -> String {
    let names: BTreeSet<&str> = family.label_names().into_iter().collect();
    let names: Vec<&str> = names.into_iter().collect();
    if names.is_empty() { "none".to_owned() } else { format!("`{}`", names.join("`, `")) }
}

fn idle(family: &Family) -> String {
    let labels = family.labels.iter().filter_map(|label| Some((&label.name, label.idle?)));
    let labels: BTreeSet<String> = labels.map(|(name, seconds)| format!("{seconds} for `{name}`")).collect();
    if labels.is_empty() { "none".to_owned() } else { Vec::from_iter(labels).join(", ") }
}

fn buckets(family: &Family) -> String {
    let bounds: Vec<String> = family.buckets.iter().copied().map(bound).collect();
    let native = family.native.map(|native| {
        let classic = if native.classic { "with" } else { "without" };
        format!("native of schema {} {classic} classic ones: ", native.schema)
    });
    native.unwrap_or_default() + &bounds.join(", ")
}
