//! Why the sides of an operator can have no series in common.

use std::collections::BTreeSet;
use std::fmt::Write;

use promql_parser::parser::{LabelModifier, VectorMatchCardinality};

use super::shape::{Labels, OF_EVERY_TARGET, Presence};
use crate::lint::promql::PLACEHOLDER;

/// How the sides of an operator are matched.
#[derive(Clone, Copy)]
pub(super) struct Matching<'a> {
    pub(super) operator: &'a str,
    pub(super) labels: Option<&'a LabelModifier>,
    pub(super) cardinality: Option<&'a VectorMatchCardinality>,
}

impl Matching<'_> {
    /// Returns whether a label must be equal on both sides.
    fn compares(self, label: &str) -> bool {
        match self.labels {
            None => true,
            Some(LabelModifier::Include(on)) => on.labels.iter().any(|one| one == label),
            Some(LabelModifier::Exclude(ignored)) => {
                !ignored.labels.iter().any(|one| one == label || one.contains(PLACEHOLDER))
            }
        }
    }

    const fn nothing(self) -> &'static str {
        match self.operator.as_bytes() {
            b"unless" => "nothing is ever removed",
            _ => "the result is always empty",
        }
    }
}

/// Returns why no series can match: all series of one side have a label that no series of the other side has.
pub(super) fn never(
    matching: Matching<'_>,
    left: &Labels,
    right: &Labels,
    target: &BTreeSet<String>,
) -> Option<String> {
    let names: BTreeSet<&str> =
        left.own.keys().chain(right.own.keys()).map(String::as_str).chain(OF_EVERY_TARGET).collect();
    let compared: Vec<&str> = names.into_iter().filter(|name| matching.compares(name)).collect();
    let only = |one: &Labels, other: &Labels| -> Vec<&str> {
        let is_only = |name: &&str| {
            one.presence(name, target) == Presence::Always && other.presence(name, target) == Presence::Never
        };
        compared.iter().copied().filter(is_only).collect()
    };
    let (only_left, only_right) = (only(left, right), only(right, left));
    if only_left.is_empty() && only_right.is_empty() {
        return None;
    }
    let (own, of_target): (Vec<&str>, Vec<&str>) =
        only_left.iter().chain(&only_right).partition(|name| !OF_EVERY_TARGET.contains(name));
    let mut reasons = Vec::new();
    for (labels, side) in [(&only_left, "left"), (&only_right, "right")] {
        let labels: Vec<&str> = labels.iter().copied().filter(|name| own.contains(name)).collect();
        if !labels.is_empty() {
            reasons.push(format!("`{}` is only on the {side}", labels.join("`, `")));
        }
    }
    if !of_target.is_empty() {
        let side = if of_target.iter().any(|name| only_left.contains(name)) { "left" } else { "right" };
        let labels =
            if of_target.len() == 2 { "`job` and `instance` are".to_owned() } else { format!("`{}` is", of_target[0]) };
        reasons.push(format!("{labels} only on the {side}"));
    }
    let mut hint = String::from("aggregate both sides by the same labels");
    if of_target.is_empty() && !["and", "unless"].contains(&matching.operator) {
        let _ = write!(hint, ", or add `ignoring ({})`", own.join(", "));
    }
    Some(format!("{}: {}; {hint}", matching.nothing(), reasons.join(", and ")))
}

/// Returns why no series can match: a label has no value that both sides have.
pub(super) fn different_values(matching: Matching<'_>, left: &Labels, right: &Labels) -> Option<String> {
    left.own.iter().filter(|(name, _)| matching.compares(name)).find_map(|(name, ours)| {
        let theirs = right.own.get(name)?;
        let is_sure = ours.presence == Presence::Always && theirs.presence == Presence::Always;
        let (ours, theirs) = (ours.values.as_ref()?, theirs.values.as_ref()?);
        (is_sure && ours.is_disjoint(theirs)).then(|| {
            let list = |values: &BTreeSet<String>| {
                format!("`{}`", values.iter().map(String::as_str).collect::<Vec<_>>().join("`, `"))
            };
            format!(
                "{}: `{name}` is {} on the left and {} on the right; add `ignoring ({name})`, or aggregate both sides",
                matching.nothing(),
                list(ours),
                list(theirs)
            )
        })
    })
}
