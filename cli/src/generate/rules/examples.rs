//! Series for the tests of rules: one series of each kind, with any valid label values.

use super::model::Example;
use super::subject::Subject;
use crate::catalogue::{ByOutcome, Family, LabelValues};
use crate::names::Role;
use crate::promql::bounds::normalized;
use crate::promql::matcher::quoted;

/// Ten more each minute.
pub(super) const GROWING: &str = "0+10";

/// A constant.
pub(super) const STILL: &str = "5";

/// Zero.
pub(super) const NONE: &str = "0";

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

/// Indices of native buckets of schema 0: durations of a day, and of a microsecond.
const SLOW: i32 = 17;
const FAST: i32 = -19;

/// The value of a counter, or how many values a histogram got.
pub(super) fn count(family: &Family, labels: &[(&str, &str)], values: &str) -> (String, String) {
    if family.native.is_some() {
        return native(family, labels, values, FAST);
    }
    (series(family, family.count_suffix(), labels), values.to_owned())
}

/// A native histogram whose values are all in one bucket.
fn native(family: &Family, labels: &[(&str, &str)], values: &str, bucket: i32) -> (String, String) {
    let histogram =
        |count: u32| format!("{{{{schema:0 sum:{count} count:{count} offset:{bucket} buckets:[{count}]}}}}");
    let values = match values {
        GROWING => format!("{}+{}", histogram(0), histogram(10)),
        STILL => histogram(5),
        _ => histogram(0),
    };
    (series(family, "", labels), values)
}

impl Subject<'_> {
    pub(super) fn family(&self, name: Option<&String>) -> Option<&Family> {
        self.catalogue.family(name?)
    }

    /// Calls that all fail, and calls that all succeed.
    pub(super) fn all_fail_or_none(&self) -> Example {
        let operation = self.operation;
        let mut example = Example { by_job: true, ..Example::default() };
        let mut push = |family: &Family, labels: &[(&str, &str)], fires: &str, quiet: &str| {
            example.fires.push(count(family, labels, fires));
            example.quiet.push(count(family, labels, quiet));
        };
        let told = self.catalogue.by_outcome(operation).filter(|told| !told.outcome.error.is_empty());
        match told {
            Some(ByOutcome { family, outcome }) => {
                push(family, &[(&outcome.label, &outcome.error[0])], GROWING, NONE);
                if let Some(ok) = outcome.ok.first().or(outcome.unknown.first()) {
                    push(family, &[(&outcome.label, ok)], NONE, GROWING);
                }
            }
            None => {
                let calls = self.family(operation.family(Role::Calls));
                if let Some(calls) = calls {
                    push(calls, &[], GROWING, GROWING);
                }
                if let Some(ok) = self.family(operation.family(Role::Ok)) {
                    push(ok, &[], NONE, GROWING);
                }
                if let Some(error) = self.family(operation.family(Role::Error)) {
                    push(error, &[], GROWING, NONE);
                }
                if let (None, Some(duration)) = (calls, self.family(operation.family(Role::Duration))) {
                    push(duration, &[], GROWING, GROWING);
                }
            }
        }
        example
    }

    /// Durations above all bounds, and durations below the first bound.
    pub(super) fn all_slow_or_fast(&self) -> Example {
        let mut example = Example { by_job: true, ..Example::default() };
        let Some(duration) = self.family(self.operation.family(Role::Duration)) else { return example };
        if duration.native.is_some() {
            example.fires.push(native(duration, &[], GROWING, SLOW));
            example.quiet.push(native(duration, &[], GROWING, FAST));
            return example;
        }
        for bucket in duration.buckets.iter().copied().chain([f64::INFINITY]) {
            let one = series(duration, "_bucket", &[("le", &normalized(bucket))]);
            let fires = if bucket.is_infinite() { GROWING } else { NONE };
            example.fires.push((one.clone(), fires.to_owned()));
            example.quiet.push((one, GROWING.to_owned()));
        }
        example.fires.push(count(duration, &[], GROWING));
        example.quiet.push(count(duration, &[], GROWING));
        example
    }

    /// The series that counts ended calls, with these values: the counter, or the histogram's count.
    pub(super) fn ended(&self, values: &str) -> Option<(String, String)> {
        let operation = self.operation;
        if let Some(calls) = self.family(operation.family(Role::Calls)) {
            let outcome = operation.outcome.as_ref();
            let ok = outcome.and_then(|outcome| {
                Some((
                    outcome.label.as_str(),
                    outcome.ok.first().or(outcome.unknown.first()).or(outcome.error.first())?.as_str(),
                ))
            });
            return Some((series(calls, "", ok.as_slice()), values.to_owned()));
        }
        self.family(operation.family(Role::Duration)).map(|duration| count(duration, &[], values))
    }
}
