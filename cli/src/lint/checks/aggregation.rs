//! Aggregations: the labels that they name, and the remaining labels.

use promql_parser::parser::{AggregateExpr, Expr, LabelModifier};

use super::checker::Checker;
use super::selector::refuse_native;
use super::shape::{Label, Labels, Presence, Shape, ValueKind};
use crate::lint::finding::Rule;
use crate::lint::promql::PLACEHOLDER;
use crate::names::Role;

/// Aggregations that return some of their input series.
const CHOOSING: &[&str] = &["topk", "bottomk", "limitk", "limit_ratio"];

/// Aggregations that work on native histograms.
const OF_HISTOGRAMS: &[&str] = &["sum", "avg", "count", "group", "count_values", "limitk", "limit_ratio"];

pub(super) fn check(checker: &mut Checker<'_>, aggregate: &AggregateExpr, of: Shape) -> Shape {
    let operator = aggregate.op.to_string();
    if !OF_HISTOGRAMS.contains(&operator.as_str()) {
        refuse_native(checker, &of);
    }
    if operator == "quantile" {
        quantile_parameter(checker, aggregate.param.as_deref(), "quantile");
    }
    if ["sum", "avg"].contains(&operator.as_str()) {
        refuse_sum(checker, &operator, &of);
    }
    let listed = aggregate.modifier.as_ref().map(|modifier| modifier.labels().labels.clone()).unwrap_or_default();
    let target = &checker.known.target_labels;
    for label in listed.iter().filter(|label| !label.contains(PLACEHOLDER)) {
        if !of.labels.may_have(label, target) {
            let what =
                of.metric.as_deref().map_or_else(|| "the aggregated result".to_owned(), |name| format!("`{name}`"));
            checker.unknown_label(&what, label, &of.labels);
        }
    }
    let is_variable = listed.iter().any(|label| label.contains(PLACEHOLDER));
    if CHOOSING.contains(&operator.as_str()) {
        return Shape { labels: of.labels.filtered(), ..of };
    }
    let mut labels = match &aggregate.modifier {
        _ if is_variable => Labels { unknown: true, ..Labels::default() },
        Some(LabelModifier::Exclude(_)) => of.labels.drop(&listed),
        Some(LabelModifier::Include(_)) => of.labels.keep(&listed, target),
        None => of.labels.keep(&[], target),
    };
    if let (true, Some(Expr::StringLiteral(label))) = (operator == "count_values", aggregate.param.as_deref()) {
        labels.set(&label.val, Label::new(Presence::Always));
    }
    let values = match operator.as_str() {
        _ if of.native && !OF_HISTOGRAMS.contains(&operator.as_str()) => ValueKind::Unknown,
        "sum" | "min" | "max" | "avg" => of.values,
        _ => ValueKind::Gauge,
    };
    let native = of.native && ["sum", "avg"].contains(&operator.as_str());
    Shape { labels, values, metric: of.metric, aggregated: true, native, ..Shape::default() }
}

/// The oldest call of several processes is the oldest of all, and their peaks were at different times.
fn refuse_sum(checker: &mut Checker<'_>, operator: &str, of: &Shape) {
    let Some(metric) = of.metric.clone().filter(|_| !of.aggregated) else { return };
    let is = |role| checker.known.catalogue.operations.iter().any(|operation| operation.family(role) == Some(&metric));
    let what = if is(Role::Oldest) {
        "the age of the oldest call of a process"
    } else if is(Role::Peak) && operator == "sum" {
        "a maximum, which each process reaches at another time"
    } else {
        return;
    };
    let message = format!("`{metric}` is {what}, so `{operator}` of it is meaningless; use `max`");
    checker.report(Rule::SumOfAges, &metric, message);
}

/// A quantile is a number from 0 to 1, and not a percentage.
pub(super) fn quantile_parameter(checker: &mut Checker<'_>, parameter: Option<&Expr>, function: &str) {
    let mut parameter = parameter;
    while let Some(Expr::Paren(inner)) = parameter {
        parameter = Some(&inner.expr);
    }
    if let Some(Expr::NumberLiteral(number)) = parameter
        && !(0.0..=1.0).contains(&number.val)
        && !number.val.is_nan()
    {
        let infinite = if number.val > 1.0 { "+Inf" } else { "-Inf" };
        let message = format!(
            "`{function}` of {} is always {infinite}; a quantile is a number from 0 to 1{}",
            number.val,
            if (1.0..=100.0).contains(&number.val) { format!(": {}", number.val / 100.0) } else { String::new() }
        );
        checker.report(Rule::QuantileRange, function, message);
    }
}
