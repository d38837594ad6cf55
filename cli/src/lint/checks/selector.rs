//! Selectors: the metric that they name, and the labels of its series.

use std::collections::BTreeSet;

use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::VectorSelector;

use super::checker::Checker;
use super::known::Named;
use super::matchers;
use super::shape::{Label, Labels, Presence, Shape, ValueKind};
use crate::catalogue::{Family, Kind, LabelValues};
use crate::lint::finding::Rule;
use crate::lint::promql::PLACEHOLDER;
use crate::suggest::did_you_mean;

/// Checks a selector, and returns the series that it finds.
pub(super) fn check(checker: &mut Checker<'_>, selector: &VectorSelector) -> Shape {
    let matchers: Vec<&Matcher> = selector.matchers.matchers.iter().collect();
    let shape = named(checker, selector, &matchers);
    matchers::narrowed(checker, shape, &matchers)
}

fn named(checker: &mut Checker<'_>, selector: &VectorSelector, matchers: &[&Matcher]) -> Shape {
    let is_name = |matcher: &&&Matcher| matcher.name == "__name__" && matches!(matcher.op, MatchOp::Equal);
    let by_matcher = matchers.iter().find(is_name).map(|matcher| matcher.value.clone());
    let Some(name) = selector.name.clone().or(by_matcher).filter(|name| !name.contains(PLACEHOLDER)) else {
        return Shape::unknown();
    };
    match checker.known.named(&name) {
        Named::Nothing => {
            unknown_metric(checker, &name);
            Shape::unknown()
        }
        Named::Family(family, suffix) => {
            let shape = family_shape(family, suffix);
            matchers::check(checker, &name, &shape, Some((family, suffix)), matchers);
            shape
        }
        Named::Other(shape) => {
            matchers::check(checker, &name, &shape, None, matchers);
            shape
        }
    }
}

fn unknown_metric(checker: &mut Checker<'_>, name: &str) {
    let near = did_you_mean(checker.known.nearest_series(name));
    let message = match checker.known.catalogue.family_of_series(&format!("{name}_total")) {
        Some((family, _)) => format!("no series is called `{name}`; the counter is `{}`", family.name),
        None => format!("no series is called `{name}`{near}"),
    };
    checker.report(Rule::UnknownMetric, name, message);
}

/// Reports the name of a histogram where numbers are needed. Only native histograms have series of that name, and their values are not numbers.
pub(super) fn refuse_native(checker: &mut Checker<'_>, shape: &Shape) {
    if let (true, Some(name)) = (shape.native, &shape.metric) {
        let message = format!(
            "the histogram `{name}` has no series of its name; ask for `{name}_bucket`, `{name}_sum` or `{name}_count`, or for a native histogram a function such as `histogram_count`"
        );
        checker.report(Rule::UnknownMetric, name, message);
    }
}

fn family_shape(family: &Family, suffix: &str) -> Shape {
    let mut labels = Labels { target: Presence::Always, ..Labels::default() };
    for label in &family.labels {
        let known: Option<BTreeSet<String>> = label.values.known().map(|values| values.iter().cloned().collect());
        // An empty value means that the label is missing.
        let presence = match &known {
            Some(values) if values.contains("") => Presence::Maybe,
            _ => Presence::Always,
        };
        let derived = matches!(label.values, LabelValues::Fact(_));
        labels.set(&label.name, Label { presence, values: known, derived, declared: true });
    }
    if suffix == "_bucket" {
        labels.set("le", Label::new(Presence::Always));
    }
    let values = match family.kind {
        Kind::Counter | Kind::Histogram => ValueKind::Counter,
        Kind::Gauge | Kind::Info => ValueKind::Gauge,
    };
    let native = family.kind == Kind::Histogram && suffix.is_empty();
    Shape { labels, values, metric: Some(format!("{}{suffix}", family.name)), native, ..Shape::default() }
}
