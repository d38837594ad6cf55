//! Functions: their arguments and results.

use promql_parser::label::MatchOp;
use promql_parser::parser::{Call, Expr, VectorSelector};

use super::aggregation::quantile_parameter;
use super::checker::Checker;
use super::selector::refuse_native;
use super::shape::{Label, Labels, Presence, Shape, ValueKind};
use super::{quantile, relabel};
use crate::lint::finding::Rule;
use crate::lint::promql::{PLACEHOLDER, VARIABLE_FUNCTIONS};

/// Functions that take resets into account, which only counters have.
const FOR_COUNTERS: &[&str] = &["rate", "irate", "increase", "resets"];

/// Functions that read a reset as a change.
const FOR_GAUGES: &[&str] =
    &["delta", "idelta", "deriv", "predict_linear", "holt_winters", "double_exponential_smoothing"];

/// Functions that return their input series.
const PASSING: &[&str] =
    &["sort", "sort_desc", "sort_by_label", "sort_by_label_desc", "last_over_time", "first_over_time"];

/// Functions whose argument may be of any kind of values, native histograms included.
const OF_ANYTHING: &[&str] = &[
    "absent",
    "absent_over_time",
    "present_over_time",
    "count_over_time",
    "changes",
    "resets",
    "timestamp",
    "delta",
    "idelta",
    "sum_over_time",
    "avg_over_time",
    "label_replace",
    "label_join",
    "info",
];

pub(super) fn check(checker: &mut Checker<'_>, call: &Call, shapes: &[Shape]) -> Shape {
    let name = call.func.name;
    let vector = shapes.iter().find(|shape| !shape.scalar).cloned();
    let reads_histograms = name.starts_with("histogram_")
        || [FOR_COUNTERS, PASSING, OF_ANYTHING, VARIABLE_FUNCTIONS].iter().any(|names| names.contains(&name));
    if let Some(of) = vector.as_ref().filter(|_| !reads_histograms) {
        refuse_native(checker, of);
    }
    if FOR_COUNTERS.contains(&name) {
        counter_function(checker, name, call, vector.as_ref());
    }
    if let (true, Some(Shape { values: ValueKind::Counter, metric: Some(metric), native: false, .. })) =
        (FOR_GAUGES.contains(&name), &vector)
    {
        let message =
            format!("`{name}` reads each reset of the counter `{metric}` as a change; use `rate` or `increase`");
        checker.report(Rule::DeltaOnCounter, name, message);
    }
    match name {
        "time" | "pi" => Shape::scalar(),
        "scalar" => scalar(checker, vector.as_ref()),
        "vector" => Shape { values: ValueKind::Gauge, aggregated: true, ..Shape::default() },
        "quantile_over_time" => {
            quantile_parameter(checker, call.args.args.first().map(AsRef::as_ref), name);
            Shape { values: ValueKind::Gauge, ..vector.unwrap_or_default() }
        }
        "histogram_quantile" => quantile::check(checker, call, vector.unwrap_or_else(Shape::unknown)),
        "absent" | "absent_over_time" => absent(checker, call),
        "label_replace" => relabel::replace(checker, call, vector.unwrap_or_else(Shape::unknown)),
        "label_join" => relabel::join(checker, call, vector.unwrap_or_else(Shape::unknown)),
        "rate" | "irate" | "increase" => Shape { values: ValueKind::Rate, ..vector.unwrap_or_else(Shape::unknown) },
        "info" | "histogram_quantiles" => Shape::unknown(),
        _ if PASSING.contains(&name) => vector.unwrap_or_else(Shape::unknown),
        _ if VARIABLE_FUNCTIONS.contains(&name) => Shape::unknown(),
        _ => {
            let native = ["sum_over_time", "avg_over_time", "delta", "idelta"].contains(&name);
            let of = vector.unwrap_or_default();
            Shape { values: ValueKind::Gauge, native: native && of.native, ..of }
        }
    }
}

fn counter_function(checker: &mut Checker<'_>, name: &str, call: &Call, of: Option<&Shape>) {
    let Some(of) = of else { return };
    if let (ValueKind::Gauge, Some(metric)) = (of.values, &of.metric) {
        let message = format!("`{name}` is for counters, and `{metric}` is a gauge; use `delta` or `deriv`");
        return checker.report(Rule::RateOnGauge, metric, message);
    }
    let is_subquery = call.args.args.iter().any(|argument| matches!(argument.as_ref(), Expr::Subquery(_)));
    if !is_subquery {
        return;
    }
    if of.values == ValueKind::Rate && name != "resets" {
        let message = format!(
            "`{name}` of a rate reads each decrease of the rate as a reset of a counter; use `deriv`, `delta` or `max_over_time`"
        );
        checker.report(Rule::RateOfRate, name, message);
    } else if of.aggregated && of.values == ValueKind::Counter {
        let message =
            format!("`{name}` of a sum reads the restart of one process as a reset of all; sum the `{name}` instead");
        checker.report(Rule::RateAfterSum, name, message);
    }
}

/// `scalar` returns NaN for anything but one series.
fn scalar(checker: &mut Checker<'_>, of: Option<&Shape>) -> Shape {
    if let Some(of) = of.filter(|of| !of.labels.unknown && !of.labels.filtered) {
        let varying = of.labels.varying();
        if !varying.is_empty() {
            let message = format!(
                "`scalar` is NaN for several series, which differ in `{}`; aggregate them first: `scalar(sum(..))`",
                varying.join("`, `")
            );
            checker.report(Rule::ScalarOfMany, "scalar", message);
        }
    }
    Shape::scalar()
}

/// `absent` of a selector returns the labels that it names with `=`.
fn absent(checker: &mut Checker<'_>, call: &Call) -> Shape {
    let mut argument = call.args.args.first().map(AsRef::as_ref);
    while let Some(Expr::Paren(inner)) = argument {
        argument = Some(&inner.expr);
    }
    let selector = match argument {
        Some(Expr::VectorSelector(selector)) => Some(selector),
        Some(Expr::MatrixSelector(matrix)) => Some(&matrix.vs),
        _ => None,
    };
    let matchers = selector.into_iter().flat_map(|selector| &selector.matchers.matchers);
    if let Some(selector) = selector {
        absent_value(checker, selector);
    }
    let named = matchers.filter(|matcher| matches!(matcher.op, MatchOp::Equal) && matcher.name != "__name__");
    let mut labels = Labels::default();
    for matcher in named {
        let label = Label { presence: Presence::Maybe, ..Label::with_value(&matcher.value) };
        labels.set(&matcher.name, label);
        labels.unknown |= matcher.name.contains(PLACEHOLDER);
    }
    Shape { labels, values: ValueKind::Gauge, aggregated: true, ..Shape::default() }
}

/// A value of a label with `idle` is absent after a time without calls.
fn absent_value(checker: &mut Checker<'_>, selector: &VectorSelector) {
    let Some((family, _)) = selector.name.as_deref().and_then(|name| checker.known.catalogue.family_of_series(name))
    else {
        return;
    };
    for matcher in &selector.matchers.matchers {
        if let Some(seconds) = family.label(&matcher.name).and_then(|label| label.idle) {
            let message = format!(
                "values of `{}` expire after {seconds} s without a call, so their absence only means that there were no calls; remove the matcher, or alert on errors",
                matcher.name
            );
            checker.report(Rule::AbsentValue, &matcher.name, message);
        }
    }
}
