//! The totals that the collector has acknowledged, so that deltas contain every change exactly once.

use std::collections::HashMap;

use crate::exporter::exposition::model::{Histogram, Native, Sum, Timestamp};
use crate::exporter::exposition::native::NativeBuckets;

/// The acknowledged totals, and those of the push in progress.
#[derive(Debug, Default)]
pub(super) struct Baseline {
    acknowledged: Totals,
    sent: Totals,
}

#[derive(Debug, Default)]
struct Totals {
    /// The time at which they were read, in nanoseconds since 1970.
    at: u64,
    /// Totals by the name of the family and the labels.
    series: HashMap<String, Total>,
}

#[derive(Debug)]
struct Total {
    /// When the series began.
    created: Option<Timestamp>,
    value: TotalValue,
}

#[derive(Debug)]
enum TotalValue {
    Counter(u64),
    Histogram(HistogramTotal),
}

#[derive(Clone, Debug)]
struct HistogramTotal {
    buckets: Vec<u64>,
    sum: Sum,
    native: Option<NativeBuckets>,
}

/// The increase of a histogram.
pub(super) struct HistogramDelta {
    pub(super) buckets: Vec<u64>,
    pub(super) sum: f64,
    pub(super) native: Option<NativeBuckets>,
}

/// A delta, and the end of the time that earlier deltas cover, if there were any.
pub(super) struct Delta<T> {
    pub(super) since: Option<u64>,
    pub(super) value: T,
}

impl Baseline {
    /// Begins a push: its totals follow.
    pub(super) fn begin(&mut self, at: u64) {
        self.sent.at = at;
        self.sent.series.clear();
    }

    /// Marks the totals of the push as acknowledged.
    pub(super) fn acknowledge(&mut self) {
        std::mem::swap(&mut self.acknowledged, &mut self.sent);
    }

    /// Returns the increase of a counter; `None` if it is 0 and the series was pushed before.
    pub(super) fn counter(&mut self, key: String, created: Option<Timestamp>, total: u64) -> Option<Delta<u64>> {
        let before = match self.acknowledged.of(&key, created) {
            Some(TotalValue::Counter(before)) => Some(*before),
            _ => None,
        };
        self.sent.series.insert(key, Total { created, value: TotalValue::Counter(total) });
        let Some(before) = before else { return Some(Delta { since: None, value: total }) };
        // Views can decrease a counter, which is a reset.
        let value = total.checked_sub(before).unwrap_or(total);
        (value > 0).then_some(Delta { since: Some(self.acknowledged.at), value })
    }

    /// Returns the increase of a histogram.
    pub(super) fn histogram(
        &mut self,
        key: String,
        created: Option<Timestamp>,
        total: &Histogram<'_>,
    ) -> Option<Delta<HistogramDelta>> {
        let whole = HistogramTotal {
            buckets: total.buckets.to_vec(),
            sum: total.sum,
            native: total.native.as_ref().map(NativeBuckets::of),
        };
        let delta = match self.acknowledged.of(&key, created) {
            Some(TotalValue::Histogram(before)) => {
                let value = whole.since(before).unwrap_or_else(|| whole.delta());
                Delta { since: Some(self.acknowledged.at), value }
            }
            _ => Delta { since: None, value: whole.delta() },
        };
        self.sent.series.insert(key, Total { created, value: TotalValue::Histogram(whole) });
        (delta.since.is_none() || delta.value.buckets.iter().any(|count| *count > 0)).then_some(delta)
    }
}

impl Totals {
    /// The total of a series, unless it was removed and used again since then: it began later. A sum of series can also begin earlier than before, if one of them
    /// is added that does.
    fn of(&self, key: &str, created: Option<Timestamp>) -> Option<&TotalValue> {
        let total = self.series.get(key)?;
        let is_another = total.created.zip(created).is_some_and(|(before, now)| now.milliseconds > before.milliseconds);
        (!is_another).then_some(&total.value)
    }
}

impl HistogramTotal {
    fn delta(&self) -> HistogramDelta {
        HistogramDelta { buckets: self.buckets.clone(), sum: self.sum.as_f64(), native: self.native.clone() }
    }

    /// Returns the increase since `before`; `None` if the total has decreased.
    fn since(&self, before: &Self) -> Option<HistogramDelta> {
        if self.buckets.len() != before.buckets.len() {
            return None;
        }
        let buckets = self.buckets.iter().zip(&before.buckets).map(|(now, before)| now.checked_sub(*before));
        let sum = match (self.sum, before.sum) {
            (Sum::Nanoseconds(now), Sum::Nanoseconds(before)) => Sum::Nanoseconds(now.wrapping_sub(before)).as_f64(),
            (now, before) => now.as_f64() - before.as_f64(),
        };
        let native = match (&self.native, &before.native) {
            (Some(now), Some(before)) => Some(now.since(before)?),
            (None, None) => None,
            _ => return None,
        };
        Some(HistogramDelta { buckets: buckets.collect::<Option<_>>()?, sum, native })
    }
}

impl HistogramDelta {
    pub(super) fn native(&self) -> Option<Native<'_>> {
        self.native.as_ref().map(NativeBuckets::shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The increases of a counter with these start timestamps and totals, each acknowledged.
    fn deltas(totals: &[(Option<u64>, u64)]) -> Vec<Option<u64>> {
        let mut baseline = Baseline::default();
        let push = |(created, total): &(Option<u64>, u64)| {
            baseline.begin(0);
            let created = created.map(|milliseconds| Timestamp { milliseconds });
            let delta = baseline.counter("n_total".to_owned(), created, *total);
            baseline.acknowledge();
            delta.map(|delta| delta.value)
        };
        totals.iter().map(push).collect()
    }

    #[test]
    fn a_series_that_began_later_is_another_one() {
        assert_eq!(deltas(&[(Some(5), 10), (Some(5), 12), (Some(9), 12)]), [Some(10), Some(2), Some(12)]);
        assert_eq!(deltas(&[(Some(5), 10), (Some(5), 10), (Some(5), 4)]), [Some(10), None, Some(4)]);
    }

    /// The whole sum was sent again.
    #[test]
    fn a_sum_that_begins_earlier_because_a_series_was_added_is_the_same_one() {
        assert_eq!(deltas(&[(Some(5), 10), (Some(3), 12), (Some(3), 13)]), [Some(10), Some(2), Some(1)]);
        assert_eq!(deltas(&[(Some(5), 10), (None, 12), (Some(5), 13)]), [Some(10), Some(2), Some(1)]);
    }
}
