//! Matchers of a selector: the labels and values that they name, and whether any series match.

use std::collections::{BTreeMap, BTreeSet};

use promql_parser::label::{MatchOp, Matcher};

use super::buckets;
use super::checker::Checker;
use super::shape::{Label, Presence, Shape};
use crate::catalogue::Family;
use crate::lint::finding::Rule;
use crate::lint::promql::{PLACEHOLDER, alternatives, anchored};
use crate::suggest::nearest;

/// Checks each matcher of a metric whose labels are known.
pub(super) fn check(
    checker: &mut Checker<'_>,
    name: &str,
    shape: &Shape,
    family: Option<(&Family, &str)>,
    matchers: &[&Matcher],
) {
    for matcher in matchers.iter().filter(|matcher| matcher.name != "__name__" && !matcher.name.contains(PLACEHOLDER)) {
        if let (Some((family, "_bucket")), "le") = (family, matcher.name.as_str()) {
            buckets::check(checker, family, matcher);
        } else if shape.labels.presence(&matcher.name, &checker.known.target_labels) == Presence::Never {
            checker.unknown_label(&format!("`{name}`"), &matcher.name, &shape.labels);
        } else if let Some(values) = shape.labels.own.get(&matcher.name).and_then(|label| label.values.as_ref()) {
            // In the order of the declaration, if there is one.
            let declared = family.and_then(|(family, _)| family.label(&matcher.name)?.values.known());
            let values = declared.map_or_else(|| values.iter().cloned().collect(), <[String]>::to_vec);
            known_values(checker, &matcher.name, &values, matcher);
        }
    }
}

/// A matcher of a label whose values are known.
fn known_values(checker: &mut Checker<'_>, label: &str, values: &[String], matcher: &Matcher) {
    if matcher.value.is_empty() || matcher.value.contains(PLACEHOLDER) {
        return;
    }
    match &matcher.op {
        MatchOp::Equal | MatchOp::NotEqual => {
            if !values.contains(&matcher.value) {
                unknown_value(checker, label, &matcher.value, values);
            }
        }
        MatchOp::Re(_) | MatchOp::NotRe(_) => {
            for part in alternatives(&matcher.value).into_iter().filter(|part| !part.is_empty()) {
                let Some(regex) = anchored(part) else { continue };
                if !regex.is_match("") && !values.iter().any(|value| regex.is_match(value)) {
                    unknown_value(checker, label, part, values);
                }
            }
        }
    }
}

fn unknown_value(checker: &mut Checker<'_>, label: &str, value: &str, values: &[String]) {
    let hint = match nearest(value, values.iter().cloned()) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => format!("; it is one of `{}`", values.join("`, `")),
    };
    checker.report(Rule::UnknownValue, value, format!("`{label}` is never `{value}`{hint}"));
}

/// Returns the matching series, and reports matchers that contradict each other.
pub(super) fn narrowed(checker: &mut Checker<'_>, mut shape: Shape, matchers: &[&Matcher]) -> Shape {
    let mut by_label: BTreeMap<&str, Vec<&Matcher>> = BTreeMap::new();
    for matcher in matchers.iter().filter(|matcher| matcher.name != "__name__") {
        by_label.entry(&matcher.name).or_default().push(matcher);
    }
    for (name, matchers) in by_label {
        if name.contains(PLACEHOLDER) || matchers.iter().any(|matcher| matcher.value.contains(PLACEHOLDER)) {
            continue;
        }
        let presence = shape.labels.presence(name, &checker.known.target_labels);
        if presence == Presence::Never {
            continue;
        }
        let known = shape.labels.own.get(name).and_then(|label| label.values.clone());
        let is_known = known.is_some();
        let mut possible = known.or_else(|| named_values(&matchers));
        if let Some(possible) = &mut possible {
            let before = possible.clone();
            possible.retain(|value| matchers.iter().all(|matcher| matches(matcher, value)));
            // An unknown value is reported separately.
            let is_possible = |matcher: &&Matcher| before.iter().any(|value| matches(matcher, value));
            let each_is_possible = !is_known || matchers.iter().all(is_possible);
            let allows_absence = matchers.iter().all(|matcher| matches(matcher, ""));
            if possible.is_empty() && matchers.len() > 1 && each_is_possible && !allows_absence {
                let message =
                    format!("the matchers of `{name}` contradict each other, so nothing matches; remove one of them");
                checker.report(Rule::Contradiction, name, message);
            }
        }
        let needs_label = matchers.iter().any(|matcher| !matches(matcher, ""));
        let presence = if needs_label { Presence::Always } else { presence };
        let own = shape.labels.own.get(name);
        let (derived, declared) = own.map_or((false, false), |label| (label.derived, label.declared));
        let is_informative = needs_label || shape.labels.own.contains_key(name);
        if matchers.iter().any(|matcher| matches!(matcher.op, MatchOp::Equal) && matcher.value.is_empty()) {
            shape.labels = shape.labels.drop(&[name.to_owned()]);
        } else if is_informative {
            let values = possible.filter(|values| !values.is_empty());
            shape.labels.set(name, Label { presence, values, derived, declared });
        }
    }
    shape
}

fn matches(matcher: &Matcher, value: &str) -> bool {
    match &matcher.op {
        MatchOp::Equal => matcher.value == value,
        MatchOp::NotEqual => matcher.value != value,
        MatchOp::Re(_) => anchored(&matcher.value).is_none_or(|regex| regex.is_match(value)),
        MatchOp::NotRe(_) => anchored(&matcher.value).is_none_or(|regex| !regex.is_match(value)),
    }
}

/// The values that a label can have after one of these matchers, if that lists them.
fn named_values(matchers: &[&Matcher]) -> Option<BTreeSet<String>> {
    let is_literal = |text: &&str| !text.contains(['.', '*', '+', '?', '(', ')', '[', ']', '{', '}', '^', '$', '\\']);
    matchers.iter().find_map(|matcher| match &matcher.op {
        MatchOp::Equal => Some(BTreeSet::from([matcher.value.clone()])),
        MatchOp::Re(_) => {
            let parts = alternatives(&matcher.value);
            parts.iter().all(is_literal).then(|| parts.iter().map(|part| (*part).to_owned()).collect())
        }
        MatchOp::NotEqual | MatchOp::NotRe(_) => None,
    })
}
