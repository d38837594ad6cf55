//! The value of a series that is put together from several.

use super::rules::Rule;
use crate::exporter::exposition::model::{Exemplar, Histogram, Series, Sum, Timestamp, Value};
use crate::exporter::exposition::native::NativeBuckets;
use crate::views::model::Combine;

/// Values of series, combined.
pub(super) struct Merged {
    /// Since when the first of them counts.
    created: Option<Timestamp>,
    value: MergedValue,
}

enum MergedValue {
    Counter(u64),
    Seconds(u64),
    Gauge(f64),
    Histogram(Buckets),
}

/// A histogram with the buckets that stay.
pub(super) struct Buckets {
    counts: Vec<u64>,
    sum: Sum,
    exemplars: Vec<Option<Exemplar>>,
    native: Option<NativeBuckets>,
}

impl Merged {
    pub(super) fn new(series: &Series<'_>, rule: &Rule) -> Self {
        let value = match &series.value {
            Value::Counter(count) => MergedValue::Counter(*count),
            Value::Seconds(nanoseconds) => MergedValue::Seconds(*nanoseconds),
            Value::Gauge(level) => MergedValue::Gauge(*level),
            Value::Histogram(histogram) => MergedValue::Histogram(Buckets::new(histogram, rule)),
        };
        Self { created: series.created, value }
    }

    pub(super) fn add(&mut self, series: &Series<'_>, rule: &Rule) {
        // The sum counts since the first of them began.
        self.created = self.created.zip(series.created).map(|(one, other)| one.min(other));
        match (&mut self.value, &series.value) {
            (MergedValue::Counter(sum), Value::Counter(count)) => *sum = sum.wrapping_add(*count),
            (MergedValue::Seconds(sum), Value::Seconds(nanoseconds)) => *sum = sum.wrapping_add(*nanoseconds),
            // Without a call, it is a counter at zero.
            (zero @ MergedValue::Counter(_), Value::Seconds(nanoseconds)) => *zero = MergedValue::Seconds(*nanoseconds),
            (MergedValue::Gauge(level), Value::Gauge(other)) => {
                *level = match rule.combine() {
                    Combine::Sum => *level + other,
                    Combine::Max => level.max(*other),
                    Combine::Min => level.min(*other),
                }
            }
            (MergedValue::Histogram(buckets), Value::Histogram(histogram)) => buckets.add(histogram, rule),
            // A family has one kind.
            _ => {}
        }
    }

    pub(super) fn created(&self) -> Option<Timestamp> {
        self.created
    }

    pub(super) fn value<'a>(&'a self, rule: &'a Rule) -> Value<'a> {
        match &self.value {
            MergedValue::Counter(sum) => Value::Counter(*sum),
            MergedValue::Seconds(sum) => Value::Seconds(*sum),
            MergedValue::Gauge(level) => Value::Gauge(*level),
            MergedValue::Histogram(buckets) => Value::Histogram(buckets.value(rule)),
        }
    }
}

impl Buckets {
    pub(super) fn new(histogram: &Histogram<'_>, rule: &Rule) -> Self {
        let length = rule.bounds.values().len() + 1;
        // An integer, until something else is added.
        let mut buckets =
            Self { counts: vec![0; length], sum: Sum::Nanoseconds(0), exemplars: Vec::new(), native: None };
        buckets.add(histogram, rule);
        buckets.sum = histogram.sum;
        buckets
    }

    fn add(&mut self, histogram: &Histogram<'_>, rule: &Rule) {
        for (count, place) in histogram.buckets.iter().zip(&rule.places) {
            self.counts[*place] += count;
        }
        self.sum = match (self.sum, histogram.sum) {
            (Sum::Nanoseconds(one), Sum::Nanoseconds(other)) => Sum::Nanoseconds(one.wrapping_add(other)),
            (one, other) => Sum::Float(one.as_f64() + other.as_f64()),
        };
        match (&mut self.native, &histogram.native) {
            (Some(sum), Some(native)) => {
                sum.add(native);
                sum.limited();
            }
            (sum, native) => *sum = native.as_ref().map(NativeBuckets::of),
        }
        if !histogram.exemplars.is_empty() {
            self.exemplars.resize(self.counts.len(), None);
        }
        for (exemplar, place) in histogram.exemplars.iter().zip(&rule.places) {
            if exemplar.is_some() {
                self.exemplars[*place].clone_from(exemplar);
            }
        }
    }

    pub(super) fn value<'a>(&'a self, rule: &'a Rule) -> Histogram<'a> {
        Histogram {
            bounds: &rule.bounds,
            buckets: &self.counts,
            sum: self.sum,
            exemplars: &self.exemplars,
            native: self.native.as_ref().map(NativeBuckets::shown),
        }
    }
}
