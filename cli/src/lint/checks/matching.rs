//! Operators between two vectors: whether their series can ever match.

use std::mem::discriminant;

use promql_parser::parser::{BinaryExpr, Expr, LabelModifier, VectorMatchCardinality};

use super::checker::Checker;
use super::disjoint::{Matching, different_values, never};
use super::selector::refuse_native;
use super::shape::{Label, Labels, Presence, Shape, ValueKind};
use crate::lint::finding::Rule;
use crate::lint::promql::PLACEHOLDER;

/// Returns whether the operator is one of `and`, `or`, `unless`.
pub(super) fn is_set(binary: &BinaryExpr) -> bool {
    ["and", "or", "unless"].contains(&binary.op.to_string().as_str())
}

/// Checks an operator, and returns its result.
pub(super) fn check(checker: &mut Checker<'_>, binary: &BinaryExpr, left: Shape, right: &Shape) -> Shape {
    let operator = binary.op.to_string();
    let compares = ["==", "!=", "<", "<=", ">", ">="].contains(&operator.as_str());
    if compares {
        refuse_native(checker, &left);
        refuse_native(checker, right);
    }
    match (left.scalar, right.scalar) {
        (true, true) => return Shape::scalar(),
        (false, true) if compares => return Shape { labels: left.labels.filtered(), ..left },
        (true, false) if compares => return Shape { labels: right.labels.clone().filtered(), ..right.clone() },
        (false, true) => return Shape { values: arithmetic(left.values), ..left },
        (true, false) => return Shape { values: arithmetic(right.values), ..right.clone() },
        (false, false) => {}
    }
    let modifier = binary.modifier.as_ref();
    let matching = Matching {
        operator: &operator,
        labels: modifier.and_then(|modifier| modifier.matching.as_ref()),
        cardinality: modifier.map(|modifier| &modifier.card),
    };
    if operator == "/" && is_part_of_itself(&left, right, matching) && is_same_query(binary) {
        let metric = left.metric.clone().unwrap_or_default();
        let message = format!(
            "each series of `{metric}` is divided by itself, which is always 1; aggregate both sides: `sum(..) / sum(..)`"
        );
        checker.report(Rule::AlwaysOne, &metric, message);
    } else {
        difference(checker, binary, &left, right);
        sides(checker, matching, &left, right);
    }
    let values = if operator == "or" && left.values != right.values {
        ValueKind::Unknown
    } else if is_set(binary) || compares {
        left.values
    } else {
        ValueKind::Gauge
    };
    let aggregated = left.aggregated || right.aggregated;
    let metric = if left.metric == right.metric || ["and", "unless"].contains(&operator.as_str()) {
        left.metric.clone()
    } else {
        None
    };
    let native = left.native && (right.native || is_set(binary));
    Shape {
        labels: result(checker, matching, &left, right).filtered(),
        values,
        metric,
        aggregated,
        native,
        ..Shape::default()
    }
}

/// `x - x offset 1h` of a counter: after a restart it is negative.
fn difference(checker: &mut Checker<'_>, binary: &BinaryExpr, left: &Shape, right: &Shape) {
    let is_counter = left.values == ValueKind::Counter && right.values == ValueKind::Counter && !left.native;
    if let (true, "-", Some(metric)) = (is_counter, binary.op.to_string().as_str(), &left.metric)
        && left.metric == right.metric
        && binary.lhs.to_string().contains(" offset ") != binary.rhs.to_string().contains(" offset ")
    {
        let message =
            format!("the difference of the counter `{metric}` is wrong after a restart; use `increase({metric}[..])`");
        checker.report(Rule::DifferenceOfCounter, metric, message);
    }
}

fn sides(checker: &mut Checker<'_>, matching: Matching<'_>, left: &Shape, right: &Shape) {
    let target = checker.known.target_labels.clone();
    let mut lacking = Vec::new();
    if let Some(LabelModifier::Include(on)) = matching.labels {
        for label in on.labels.iter().filter(|label| !label.contains(PLACEHOLDER)) {
            for (side, shape) in [("left", left), ("right", right)] {
                if !shape.labels.may_have(label, &target) {
                    lacking.push((side, label.clone(), shape));
                }
            }
        }
    }
    let included = match matching.cardinality {
        Some(VectorMatchCardinality::ManyToOne(more)) => Some(("right", right, more)),
        Some(VectorMatchCardinality::OneToMany(more)) => Some(("left", left, more)),
        _ => None,
    };
    if let Some((side, shape, more)) = included {
        for label in more.labels.iter().filter(|label| !label.contains(PLACEHOLDER)) {
            if !shape.labels.may_have(label, &target) {
                lacking.push((side, label.clone(), shape));
            }
        }
    }
    for (side, label, shape) in &lacking {
        checker.unknown_label(&format!("the {side} side of `{}`", matching.operator), label, &shape.labels);
    }
    if matching.operator == "or" {
        return;
    }
    let reason = if lacking.is_empty() { never(matching, &left.labels, &right.labels, &target) } else { None };
    if let Some(message) = reason.or_else(|| different_values(matching, &left.labels, &right.labels)) {
        return checker.report(Rule::NeverMatches, matching.operator, message);
    }
    if !["and", "unless"].contains(&matching.operator) {
        cardinality(checker, matching, left, right);
    }
}

/// Reports several series on a side that may have only one for each match.
fn cardinality(checker: &mut Checker<'_>, matching: Matching<'_>, left: &Shape, right: &Shape) {
    let Some(modifier) = matching.labels else { return };
    let (may_left, may_right) = match matching.cardinality {
        Some(VectorMatchCardinality::ManyToOne(_)) => (true, false),
        Some(VectorMatchCardinality::OneToMany(_)) => (false, true),
        _ => (false, false),
    };
    let listed = &modifier.labels().labels;
    if listed.iter().any(|label| label.contains(PLACEHOLDER)) {
        return;
    }
    for (side, shape, may, group) in
        [("left", left, may_left, "group_left"), ("right", right, may_right, "group_right")]
    {
        let is_included = matches!(modifier, LabelModifier::Include(_));
        let is_extra = |label: &&str| listed.iter().any(|one| one == label) != is_included;
        let many: Vec<&str> = shape.labels.several().into_iter().filter(is_extra).collect();
        if !may && !many.is_empty() && !shape.labels.unknown && !shape.labels.filtered {
            let message = format!(
                "the {side} side has several series for each match, by `{}`, and Prometheus refuses that; aggregate it, or add `{group}`",
                many.join("`, `")
            );
            checker.report(Rule::ManyMatches, matching.operator, message);
        }
    }
}

const fn arithmetic(values: ValueKind) -> ValueKind {
    match values {
        // `rate(..) * 60` is a rate as well.
        ValueKind::Rate => ValueKind::Rate,
        _ => ValueKind::Gauge,
    }
}

/// Returns whether both sides are the same query except for their matchers. Another range, function or offset gives other values.
fn is_same_query(binary: &BinaryExpr) -> bool {
    // The text of a long chain of operators is not needed if the other side is not one.
    if discriminant(binary.lhs.as_ref()) != discriminant(binary.rhs.as_ref()) {
        return false;
    }
    let without_matchers = |expr: &Expr| {
        let text = expr.to_string();
        let mut parts = text.split('{');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| text + part.split_once('}').map_or(part, |(_, after)| after))
    };
    without_matchers(&binary.lhs) == without_matchers(&binary.rhs)
}

/// Returns whether one side of a division has only series of the other side.
fn is_part_of_itself(left: &Shape, right: &Shape, matching: Matching<'_>) -> bool {
    let names = |labels: &Labels| labels.own.keys().cloned().collect::<Vec<_>>();
    let is_known = !left.labels.unknown && !right.labels.unknown;
    let is_same = is_known && left.metric.is_some() && names(&left.labels) == names(&right.labels);
    if !is_same || matching.labels.is_some() || different_values(matching, &left.labels, &right.labels).is_some() {
        return false;
    }
    // Summed by it, a label that one side selects a value of has only that value on the other side as well.
    let selects = |a: &Shape, b: &Shape| {
        a.labels.own.keys().any(|name| a.labels.only_value(name).is_some() && b.labels.only_value(name).is_none())
    };
    let is_plain = !left.aggregated && !right.aggregated;
    is_plain || (left.aggregated && right.aggregated && (selects(left, right) || selects(right, left)))
}

fn result(checker: &Checker<'_>, matching: Matching<'_>, left: &Shape, right: &Shape) -> Labels {
    let target = &checker.known.target_labels;
    match matching.operator {
        "and" | "unless" => return left.labels.clone(),
        "or" => return left.labels.or(&right.labels, target),
        _ => {}
    }
    match matching.cardinality {
        Some(VectorMatchCardinality::ManyToOne(more)) => {
            return joined(&left.labels, &right.labels, &more.labels, checker);
        }
        Some(VectorMatchCardinality::OneToMany(more)) => {
            return joined(&right.labels, &left.labels, &more.labels, checker);
        }
        _ => {}
    }
    match matching.labels {
        None => left.labels.clone(),
        Some(modifier) if modifier.labels().labels.iter().any(|label| label.contains(PLACEHOLDER)) => {
            Labels { unknown: true, ..Labels::default() }
        }
        Some(LabelModifier::Exclude(ignored)) => left.labels.drop(&ignored.labels),
        Some(LabelModifier::Include(on)) => left.labels.keep(&on.labels, target),
    }
}

/// The labels of the side with many series, and the included labels of the other side.
fn joined(many: &Labels, one: &Labels, included: &[String], checker: &Checker<'_>) -> Labels {
    let mut labels = many.clone();
    for name in included {
        if name.contains(PLACEHOLDER) {
            labels.unknown = true;
            continue;
        }
        let presence = one.presence(name, &checker.known.target_labels);
        let label = one.own.get(name).cloned().unwrap_or_else(|| Label::new(presence));
        if presence == Presence::Never {
            labels = labels.drop(std::slice::from_ref(name));
        } else {
            labels.set(name, Label { derived: true, ..label });
        }
    }
    labels
}
