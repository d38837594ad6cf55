//! Series for the tests of rules: one series of each kind, with any valid label values.

use super::model::Example;
use super::subject::Subject;
use crate::catalogue::{ByOutcome, Family, LabelValues};
use crate::names::Role;
use crate::promql::bounds::normalized;
use crate::promql::matcher::quoted;

/// The values of a series, minute by minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Values {
    /// From 0, this number more each minute.
    Growing(u64),
    /// From 0, less than one more in the longest range of a rule. Native histograms cannot have them.
    Rare,
    Constant(u64),
}

/// Ten more each minute.
pub(super) const GROWING: Values = Values::Growing(10);

/// A constant.
pub(super) const STILL: Values = Values::Constant(5);

/// Zero.
pub(super) const NONE: Values = Values::Constant(0);

impl Values {
    /// The first value and its change per minute in promtool's syntax.
    pub(super) fn text(self) -> String {
        self.written(|number| number.to_string())
    }

    fn written(self, number: impl Fn(u64) -> String) -> String {
        match self {
            Self::Rare => "0+0.00001".to_owned(),
            Self::Growing(more) => format!("{}+{}", number(0), number(more)),
            Self::Constant(value) => number(value),
        }
    }
}

/// A series of a family with this suffix and these labels; other labels have their first value. The label `job` is added later.
pub(super) fn series(family: &Family, suffix: &str, labels: &[(&str, &str)]) -> String {
    let mut all: Vec<(String, String)> = Vec::new();
    for label in &family.labels {
        let value = match &label.values {
            LabelValues::Listed(values) => values.first().cloned().unwrap_or_default(),
            LabelValues::Fact(value) => value.clone(),
            LabelValues::Open(_) | LabelValues::Closed(_) => "example".to_owned(),
        };
        all.push((label.name.clone(), value));
    }
    for (name, value) in labels {
        all.retain(|(known, _)| known != name);
        all.push(((*name).to_owned(), (*value).to_owned()));
    }
    let written: Vec<_> = all.iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect();
    format!("{}{suffix}{{{}}}", family.name, written.join(","))
}

/// How many calls there are for each bad one, if few are bad: fewer than any objective allows.
const MANY: u64 = 100_000_000;

/// Few bad calls are a smaller ratio than this.
const LOWEST: f64 = 1e-7;

/// Indices of native buckets of schema 0: durations of a day, and of a microsecond.
const SLOW: i32 = 17;
const FAST: i32 = -19;

/// The value of a counter, or how many values a histogram got.
pub(super) fn count(family: &Family, labels: &[(&str, &str)], values: Values) -> (String, String) {
    if family.native.is_some() {
        return native(family, labels, values, FAST);
    }
    (series(family, family.count_suffix(), labels), values.text())
}

/// A native histogram whose values are all in one bucket.
fn native(family: &Family, labels: &[(&str, &str)], values: Values, bucket: i32) -> (String, String) {
    let histogram =
        |count: u64| format!("{{{{schema:0 sum:{count} count:{count} offset:{bucket} buckets:[{count}]}}}}");
    (series(family, "", labels), values.written(histogram))
}

/// Durations that are below all bounds, and all of them.
fn durations(family: &Family, fast: Values, all: Values) -> Vec<(String, String)> {
    let bucket = |bound: f64| {
        let values = if bound.is_infinite() { all } else { fast };
        (series(family, "_bucket", &[("le", &normalized(bound))]), values.text())
    };
    let bounds = family.buckets.iter().copied().chain([f64::INFINITY]);
    bounds.map(bucket).chain([count(family, &[], all)]).collect()
}

impl Subject<'_> {
    pub(super) fn family(&self, name: Option<&String>) -> Option<&Family> {
        self.catalogue.family(name?)
    }

    /// So many calls in each minute that enough of them are bad in an hour.
    fn enough(&self) -> u64 {
        self.min_failures().max(10)
    }

    /// Calls that all fail, calls of which few fail, and failed calls that are fewer than the minimum. If an alert fires above a ratio of about 0, none of the few fails.
    pub(super) fn all_fail_or_few(&self, lowest: f64) -> Example {
        let (all, many) = (Values::Growing(self.enough()), Values::Growing(self.enough().saturating_mul(MANY)));
        let few = if lowest > LOWEST { all } else { NONE };
        Example {
            fires: self.calls(all, NONE, all),
            quiet: self.calls(few, many, many),
            rare: self.rare(self.calls(Values::Rare, NONE, Values::Rare)),
            by_job: true,
        }
    }

    /// Calls that failed, those that succeeded, and all of them.
    fn calls(&self, failed: Values, good: Values, all: Values) -> Vec<(String, String)> {
        let operation = self.operation;
        let told = self.catalogue.by_outcome(operation).filter(|told| !told.outcome.error.is_empty());
        if let Some(ByOutcome { family, outcome }) = told {
            let ok = outcome.ok.first().or(outcome.unknown.first());
            let of = |value, values| count(family, &[(&outcome.label, value)], values);
            return [of(&outcome.error[0], failed)].into_iter().chain(ok.map(|ok| of(ok, good))).collect();
        }
        let family = |role: Role| self.family(operation.family(role));
        let calls = family(Role::Calls).or(family(Role::Duration));
        let all_series = [(calls, all), (family(Role::Ok), good), (family(Role::Error), failed)];
        all_series.into_iter().filter_map(|(family, values)| Some(count(family?, &[], values))).collect()
    }

    /// Durations above all bounds, few of them, and fewer than the minimum.
    pub(super) fn all_slow_or_few(&self) -> Example {
        let mut example = Example { by_job: true, ..Example::default() };
        let Some(duration) = self.family(self.operation.family(Role::Duration)) else { return example };
        let enough = self.enough();
        let (all, many) = (Values::Growing(enough), enough.saturating_mul(MANY));
        if duration.native.is_some() {
            example.fires.push(native(duration, &[], all, SLOW));
            example.quiet.push(native(duration, &[], all, FAST));
            return example;
        }
        example.fires = durations(duration, NONE, all);
        example.quiet = durations(duration, Values::Growing(many), Values::Growing(many.saturating_add(enough)));
        example.rare = self.rare(durations(duration, NONE, Values::Rare));
        example
    }

    /// An example of bad calls that are fewer than the minimum, if there is one.
    fn rare(&self, series: Vec<(String, String)>) -> Vec<(String, String)> {
        let is_possible =
            self.min_failures() > 0 && self.catalogue.families.iter().all(|family| family.native.is_none());
        if is_possible { series } else { Vec::new() }
    }

    /// The series that counts ended calls, with these values: the counter, or the histogram's count.
    pub(super) fn ended(&self, values: Values) -> Option<(String, String)> {
        let operation = self.operation;
        if let Some(calls) = self.family(operation.family(Role::Calls)) {
            let outcome = operation.outcome.as_ref();
            let ok = outcome.and_then(|outcome| {
                Some((
                    outcome.label.as_str(),
                    outcome.ok.first().or(outcome.unknown.first()).or(outcome.error.first())?.as_str(),
                ))
            });
            return Some((series(calls, "", ok.as_slice()), values.text()));
        }
        self.family(operation.family(Role::Duration)).map(|duration| count(duration, &[], values))
    }
}
