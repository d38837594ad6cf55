//! The value of a series that is put together from several.

use super::combination::Combination;
use crate::exporter::exposition::model::{Exemplar, Histogram, Native, Series, Sum, Timestamp, Value};
use crate::exporter::exposition::native::NativeBuckets;

/// Values of series, combined.
#[derive(Clone, Debug)]
pub(super) struct Merged {
    /// Since when the first of them counts.
    created: Option<Timestamp>,
    value: MergedValue,
}

#[derive(Clone, Debug)]
enum MergedValue {
    Counter(u64),
    Seconds(u64),
    Gauge(f64),
    Histogram(Buckets),
}

/// A histogram with the buckets that stay.
#[derive(Clone, Debug)]
pub(super) struct Buckets {
    counts: Vec<u64>,
    sum: Sum,
    exemplars: Vec<Option<Exemplar>>,
    native: Option<NativeBuckets>,
}

impl Merged {
    pub(super) fn new(series: &Series<'_>, combination: &Combination) -> Self {
        let value = match &series.value {
            Value::Counter(count) => MergedValue::Counter(*count),
            Value::Seconds(nanoseconds) => MergedValue::Seconds(*nanoseconds),
            Value::Gauge(level) => MergedValue::Gauge(*level),
            Value::Histogram(histogram) => MergedValue::Histogram(Buckets::new(histogram, combination)),
        };
        Self { created: series.created, value }
    }

    pub(super) fn add(&mut self, series: &Series<'_>, combination: &Combination) {
        // The sum counts since the first of them began.
        self.created = self.created.zip(series.created).map(|(one, other)| one.min(other));
        match (&mut self.value, &series.value) {
            (MergedValue::Counter(sum), Value::Counter(count)) => *sum = sum.wrapping_add(*count),
            (MergedValue::Seconds(sum), Value::Seconds(nanoseconds)) => *sum = sum.wrapping_add(*nanoseconds),
            // Without a call, it is a counter at zero.
            (zero @ MergedValue::Counter(_), Value::Seconds(nanoseconds)) => *zero = MergedValue::Seconds(*nanoseconds),
            (MergedValue::Gauge(level), Value::Gauge(other)) => *level = combination.level(*level, *other),
            (MergedValue::Histogram(buckets), Value::Histogram(histogram)) => buckets.add(histogram, combination),
            // A family has one kind.
            _ => {}
        }
    }

    /// Adds values that were combined by the same rule.
    pub(super) fn add_merged(&mut self, other: &Self, combination: &Combination) {
        self.created = self.created.zip(other.created).map(|(one, other)| one.min(other));
        match (&mut self.value, &other.value) {
            (MergedValue::Counter(sum), MergedValue::Counter(count))
            | (MergedValue::Seconds(sum), MergedValue::Seconds(count)) => *sum = sum.wrapping_add(*count),
            // Without a call, it is a counter at zero.
            (zero @ MergedValue::Counter(_), MergedValue::Seconds(count)) => *zero = MergedValue::Seconds(*count),
            (MergedValue::Gauge(level), MergedValue::Gauge(other)) => *level = combination.level(*level, *other),
            (MergedValue::Histogram(buckets), MergedValue::Histogram(other)) => buckets.add_merged(other),
            _ => {}
        }
    }

    /// Whether a series with the same labels has begun again since this was its value.
    pub(super) fn is_of_another_life(&self, now: &Series<'_>) -> bool {
        let has_decreased = match (&self.value, &now.value) {
            (MergedValue::Counter(before), Value::Counter(count))
            | (MergedValue::Seconds(before), Value::Seconds(count)) => count < before,
            (MergedValue::Histogram(before), Value::Histogram(histogram)) => histogram.count() < before.count(),
            _ => false,
        };
        has_decreased || self.created != now.created
    }

    pub(super) fn without_exemplars(&self) -> Self {
        let mut without = self.clone();
        if let MergedValue::Histogram(buckets) = &mut without.value {
            buckets.exemplars.clear();
        }
        without
    }

    pub(super) fn created(&self) -> Option<Timestamp> {
        self.created
    }

    pub(super) fn value<'a>(&'a self, combination: &'a Combination) -> Value<'a> {
        match &self.value {
            MergedValue::Counter(sum) => Value::Counter(*sum),
            MergedValue::Seconds(sum) => Value::Seconds(*sum),
            MergedValue::Gauge(level) => Value::Gauge(*level),
            MergedValue::Histogram(buckets) => Value::Histogram(buckets.value(combination)),
        }
    }
}

impl Buckets {
    pub(super) fn new(histogram: &Histogram<'_>, combination: &Combination) -> Self {
        let length = combination.bounds.values().len() + 1;
        // An integer, until something else is added.
        let mut buckets =
            Self { counts: vec![0; length], sum: Sum::Nanoseconds(0), exemplars: Vec::new(), native: None };
        buckets.add(histogram, combination);
        buckets.sum = histogram.sum;
        buckets
    }

    fn add(&mut self, histogram: &Histogram<'_>, combination: &Combination) {
        for (count, place) in histogram.buckets.iter().zip(&combination.places) {
            self.counts[*place] += count;
        }
        self.sum = added(self.sum, histogram.sum);
        self.add_native(histogram.native.as_ref());
        if !histogram.exemplars.is_empty() {
            self.exemplars.resize(self.counts.len(), None);
        }
        for (exemplar, place) in histogram.exemplars.iter().zip(&combination.places) {
            if exemplar.is_some() {
                self.exemplars[*place].clone_from(exemplar);
            }
        }
    }

    fn add_merged(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.sum = added(self.sum, other.sum);
        self.add_native(other.native.as_ref().map(NativeBuckets::shown).as_ref());
        if !other.exemplars.is_empty() {
            self.exemplars.resize(self.counts.len(), None);
        }
        for (exemplar, other) in self.exemplars.iter_mut().zip(&other.exemplars) {
            if other.is_some() {
                exemplar.clone_from(other);
            }
        }
    }

    fn add_native(&mut self, native: Option<&Native<'_>>) {
        match (&mut self.native, native) {
            (Some(sum), Some(native)) => {
                sum.add(native);
                sum.limited();
            }
            (None, native) => self.native = native.map(NativeBuckets::of),
            (Some(_), None) => {}
        }
    }

    fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    pub(super) fn value<'a>(&'a self, combination: &'a Combination) -> Histogram<'a> {
        Histogram {
            bounds: &combination.bounds,
            buckets: &self.counts,
            sum: self.sum,
            exemplars: &self.exemplars,
            native: self.native.as_ref().map(NativeBuckets::shown),
        }
    }
}

fn added(one: Sum, other: Sum) -> Sum {
    match (one, other) {
        (Sum::Nanoseconds(one), Sum::Nanoseconds(other)) => Sum::Nanoseconds(one.wrapping_add(other)),
        (one, other) => Sum::Float(one.as_f64() + other.as_f64()),
    }
}
