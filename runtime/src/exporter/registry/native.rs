//! The native buckets of one series, as they are added up and shown.

use std::collections::BTreeMap;

use super::scale::NativeScale;
use crate::exporter::exposition::model::Native;
use crate::shards::cells::NativeBucket;

/// The maximum number of populated buckets of a series.
const MAX_BUCKETS: usize = 160;

/// The coarsest resolution that the formats have.
const MIN_SCHEMA: i8 = -4;

/// Native buckets with the values that are in them.
#[derive(Debug, Default)]
pub(super) struct NativeCounts {
    counts: BTreeMap<NativeBucket, u64>,
    positive: Vec<(i32, u64)>,
    negative: Vec<(i32, u64)>,
}

impl NativeCounts {
    pub(super) fn clear(&mut self) {
        self.counts.clear();
    }

    pub(super) fn add(&mut self, bucket: NativeBucket, count: u64) {
        *self.counts.entry(bucket).or_default() += count;
    }

    /// What is shown. While there are too many buckets, neighbours become one. A bucket that is populated stays so, and therefore the resolution of
    /// a series never grows.
    pub(super) fn shown(&mut self, scale: &NativeScale) -> Native<'_> {
        self.positive.clear();
        self.negative.clear();
        let mut zero = 0;
        for (bucket, count) in &self.counts {
            match *bucket {
                NativeBucket::Zero => zero = *count,
                NativeBucket::Positive(index) => self.positive.push((index, *count)),
                NativeBucket::Negative(index) => self.negative.push((index, *count)),
            }
        }
        let mut schema = scale.meta.schema;
        while self.positive.len() + self.negative.len() > MAX_BUCKETS && schema > MIN_SCHEMA {
            halve(&mut self.positive);
            halve(&mut self.negative);
            schema -= 1;
        }
        Native { schema, shows_classic: scale.meta.classic, zero, positive: &self.positive, negative: &self.negative }
    }
}

/// Buckets of half the resolution: those with the indices 2n - 1 and 2n become the one with the index n.
fn halve(buckets: &mut Vec<(i32, u64)>) {
    for (index, _) in buckets.iter_mut() {
        *index = (*index + 1) >> 1;
    }
    buckets.dedup_by(|(next, more), (index, count)| {
        let is_same = next == index;
        if is_same {
            *count += *more;
        }
        is_same
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exporter::registry::scale::Scale;

    #[test]
    fn too_many_buckets_are_merged_and_no_value_is_lost() {
        let native = crate::meta::Native { schema: 8, classic: false };
        let scale = Scale::new(&[1.0], Some(&native)).native.unwrap();
        let mut counts = NativeCounts::default();
        for index in -200..500 {
            counts.add(NativeBucket::Positive(index), 1);
            counts.add(NativeBucket::Negative(index), 2);
        }
        counts.add(NativeBucket::Zero, 7);
        let shown = counts.shown(&scale);
        assert_eq!((shown.schema, shown.zero), (4, 7));
        assert_eq!(shown.positive.len() + shown.negative.len(), 90);
        assert_eq!(shown.positive.iter().map(|(_, count)| count).sum::<u64>(), 700);
        assert_eq!(shown.negative.iter().map(|(_, count)| count).sum::<u64>(), 1400);
        // -199 to -184 become -12 + 1, and so on: full ones have 16 of each.
        assert!(shown.positive.iter().filter(|(_, count)| *count == 16).count() >= 42, "{:?}", shown.positive);
        assert_eq!(shown.positive.first().map(|(index, _)| *index), Some(-12));
    }
}
