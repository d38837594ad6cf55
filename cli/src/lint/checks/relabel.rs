//! `label_replace` and `label_join`: the labels that they read, and the label that they write.

use promql_parser::parser::{Call, Expr};

use super::checker::Checker;
use super::shape::{Label, Presence, Shape};
use crate::lint::promql::{PLACEHOLDER, anchored};

/// `label_replace(vector, destination, replacement, source, regex)`
pub(super) fn replace(checker: &mut Checker<'_>, call: &Call, mut of: Shape) -> Shape {
    let [Some(destination), Some(replacement), Some(source), Some(regex)] = [1, 2, 3, 4].map(|at| string(call, at))
    else {
        return Shape::unknown();
    };
    let matches_nothing = anchored(regex).is_none_or(|regex| regex.is_match(""));
    let is_constant = !replacement.contains('$') && !replacement.contains(PLACEHOLDER);
    // With a constant and a regular expression that matches everything, the source is only there because the function needs one.
    if !(is_constant && matches_nothing) {
        source_label(checker, call, source, &of);
    }
    if [destination, regex].iter().any(|text| text.contains(PLACEHOLDER)) {
        of.labels.unknown = true;
    }
    let always_matches = ["", ".*", "(.*)"].contains(&regex) && (!regex.is_empty() || source.is_empty());
    if is_constant && always_matches && !replacement.is_empty() {
        of.labels.set(destination, Label { derived: true, ..Label::with_value(replacement) });
    } else {
        of.labels.set(destination, Label { derived: true, ..Label::new(Presence::Maybe) });
    }
    of
}

/// `label_join(vector, destination, separator, source, ..)`
pub(super) fn join(checker: &mut Checker<'_>, call: &Call, mut of: Shape) -> Shape {
    let Some(destination) = string(call, 1) else { return Shape::unknown() };
    for source in (3..call.args.args.len()).filter_map(|at| string(call, at)) {
        source_label(checker, call, source, &of);
    }
    of.labels.set(destination, Label { derived: true, ..Label::new(Presence::Maybe) });
    of
}

fn source_label(checker: &mut Checker<'_>, call: &Call, source: &str, of: &Shape) {
    let is_free = source.is_empty() || source == "__name__" || source.contains(PLACEHOLDER);
    if !is_free && !of.labels.may_have(source, &checker.known.target_labels) {
        checker.unknown_label(&format!("the argument of `{}`", call.func.name), source, &of.labels);
    }
}

fn string(call: &Call, at: usize) -> Option<&str> {
    match call.args.args.get(at).map(AsRef::as_ref) {
        Some(Expr::StringLiteral(literal)) => Some(&literal.val),
        _ => None,
    }
}
