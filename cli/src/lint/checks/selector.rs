//! Selectors: the metric's name, and its matchers.

use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::VectorSelector;
use regex::Regex;

use super::expression::Checker;
use super::known::Named;
use super::shape::{Labels, Shape, Values};
use crate::catalogue::{Family, Kind, Label, Values as Known, bound};
use crate::lint::finding::Rule;
use crate::lint::promql::variables::PLACEHOLDER;
use crate::suggest::{did_you_mean, nearest};

impl Checker<'_> {
    /// The series that a selector finds.
    pub(in crate::lint) fn selector(&mut self, selector: &VectorSelector) -> Shape {
        let matchers: Vec<&Matcher> =
            selector.matchers.matchers.iter().chain(selector.matchers.or_matchers.iter().flatten()).collect();
        let by_matcher = matchers
            .iter()
            .find(|matcher| matcher.name == "__name__" && matches!(matcher.op, MatchOp::Equal))
            .map(|matcher| matcher.value.clone());
        let Some(name) = selector.name.clone().or(by_matcher) else { return Shape::unknown() };
        if name.contains(PLACEHOLDER) {
            return Shape::unknown();
        }
        let shape = match self.known.named(&name) {
            Named::Nothing => {
                self.unknown_metric(&name);
                return Shape::unknown();
            }
            Named::Family(family, "") if family.kind == Kind::Histogram => {
                let message = format!(
                    "the histogram `{name}` has no series of its name; ask for `{name}_bucket`, `{name}_sum` or `{name}_count`"
                );
                self.report(Rule::UnknownMetric, &name, message);
                return Shape::unknown();
            }
            Named::Family(family, suffix) => {
                for matcher in &matchers {
                    self.matcher(&name, family, suffix, matcher);
                }
                family_shape(family, suffix)
            }
            Named::Other(shape) => {
                if !shape.labels.unknown {
                    for matcher in &matchers {
                        self.matcher_of_other(&name, &shape, matcher);
                    }
                }
                shape
            }
        };
        // With `or` between them, no matcher holds for all series.
        if selector.matchers.or_matchers.is_empty() { narrowed(shape, &matchers) } else { shape }
    }

    fn unknown_metric(&mut self, name: &str) {
        let near = did_you_mean(self.known.nearest_series(name));
        let message = match self.known.catalogue.family_of_series(&format!("{name}_total")) {
            Some((family, _)) => format!("no series is called `{name}`; the counter is `{}`", family.name),
            None => format!("no series is called `{name}`{near}"),
        };
        self.report(Rule::UnknownMetric, name, message);
    }

    fn matcher_of_other(&mut self, name: &str, shape: &Shape, matcher: &Matcher) {
        let label = &matcher.name;
        if label != "__name__"
            && !label.contains(PLACEHOLDER)
            && !shape.labels.may_have(label, &self.known.of_the_scrape)
        {
            self.unknown_label(&format!("`{name}`"), label, &shape.labels);
        }
    }

    fn matcher(&mut self, series: &str, family: &Family, suffix: &str, matcher: &Matcher) {
        let name = matcher.name.as_str();
        if name == "__name__" || name.contains(PLACEHOLDER) {
            return;
        }
        if name == "le" && suffix == "_bucket" {
            self.bucket(family, matcher);
        } else if let Some(label) = family.label(name) {
            if let Some(values) = label.values.known() {
                self.values(name, values, matcher);
            }
        } else if !self.known.of_the_scrape.contains(name) {
            self.unknown_label(&format!("`{series}`"), name, &family_shape(family, suffix).labels);
        }
    }

    /// A matcher of a label whose values are known.
    fn values(&mut self, label: &str, values: &[String], matcher: &Matcher) {
        if matcher.value.is_empty() || matcher.value.contains(PLACEHOLDER) {
            return;
        }
        match &matcher.op {
            MatchOp::Equal | MatchOp::NotEqual => {
                if !values.contains(&matcher.value) {
                    self.unknown_value(label, &matcher.value, values);
                }
            }
            MatchOp::Re(_) | MatchOp::NotRe(_) => {
                for part in alternatives(&matcher.value) {
                    let Ok(regex) = Regex::new(&format!("^(?s:{part})$")) else { continue };
                    if !part.is_empty() && !values.iter().any(|value| regex.is_match(value)) {
                        self.unknown_value(label, part, values);
                    }
                }
            }
        }
    }

    fn unknown_value(&mut self, label: &str, value: &str, values: &[String]) {
        let hint = match nearest(value, values.iter().cloned()) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => format!("; it is one of `{}`", values.join("`, `")),
        };
        self.report(Rule::UnknownValue, value, format!("`{label}` is never `{value}`{hint}"));
    }

    /// A matcher of a bucket's bound.
    fn bucket(&mut self, family: &Family, matcher: &Matcher) {
        let is_there = |value: &str| match value.parse::<f64>() {
            Ok(asked) => asked.is_infinite() || family.buckets.contains(&asked),
            Err(_) => false,
        };
        let missing: Vec<&str> = match &matcher.op {
            _ if matcher.value.is_empty() || matcher.value.contains(PLACEHOLDER) => Vec::new(),
            MatchOp::Equal | MatchOp::NotEqual => {
                Some(matcher.value.as_str()).filter(|value| !is_there(value)).into_iter().collect()
            }
            MatchOp::Re(_) | MatchOp::NotRe(_) => {
                // Both spellings of a whole number: Prometheus 3 writes `1.0`, 2 writes `1`.
                let bounds: Vec<String> = family
                    .buckets
                    .iter()
                    .map(|one| bound(*one))
                    .flat_map(|text| [format!("{text}.0"), text])
                    .chain(["+Inf".to_owned()])
                    .collect();
                let is_there = |part: &&str| {
                    Regex::new(&format!("^(?s:{part})$"))
                        .map_or(true, |regex| bounds.iter().any(|text| regex.is_match(text)))
                };
                alternatives(&matcher.value).into_iter().filter(|part| !is_there(part)).collect()
            }
        };
        for value in missing {
            let bounds: Vec<_> = family.buckets.iter().copied().map(bound).collect();
            let message = format!("`{}` has no bucket `{value}`; it has {}, +Inf", family.name, bounds.join(", "));
            self.report(Rule::UnknownBucket, value, message);
        }
    }

    pub(in crate::lint) fn unknown_label(&mut self, of: &str, label: &str, labels: &Labels) {
        let hint = did_you_mean(nearest(label, labels.own.iter().cloned()));
        let has = if labels.own.is_empty() {
            "none of its own".to_owned()
        } else {
            format!("`{}`", labels.own.iter().cloned().collect::<Vec<_>>().join("`, `"))
        };
        self.report(Rule::UnknownLabel, label, format!("{of} has no label `{label}`, it has {has}{hint}"));
    }
}

/// The parts of a regular expression that stand beside each other; the whole, if they are in parentheses.
fn alternatives(regex: &str) -> Vec<&str> {
    let whole = regex.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(regex);
    if whole.contains(['(', '[', '{']) { vec![regex] } else { whole.split('|').collect() }
}

fn family_shape(family: &Family, suffix: &str) -> Shape {
    let mut own: std::collections::BTreeSet<String> = family.label_names().into_iter().map(str::to_owned).collect();
    if suffix == "_bucket" {
        own.insert("le".to_owned());
    }
    let values = match family.kind {
        Kind::Counter | Kind::Histogram => Values::Counter,
        Kind::Gauge | Kind::Info => Values::Gauge,
    };
    let is_fact = |label: &&Label| matches!(label.values, Known::Fact(_));
    let facts = family.labels.iter().filter(is_fact).map(|label| label.name.clone()).collect();
    let labels = Labels { own, facts, of_the_scrape: true, ..Labels::default() };
    Shape { labels, values, metric: Some(format!("{}{suffix}", family.name)), aggregated: false, scalar: false }
}

/// What is left after the matchers: labels with one value.
fn narrowed(mut shape: Shape, matchers: &[&Matcher]) -> Shape {
    for matcher in matchers {
        let says = matches!(matcher.op, MatchOp::Equal) && matcher.name != "__name__";
        if says && !matcher.value.is_empty() && !matcher.value.contains(PLACEHOLDER) {
            shape.labels.fixed.insert(matcher.name.clone(), matcher.value.clone());
        }
    }
    shape
}
