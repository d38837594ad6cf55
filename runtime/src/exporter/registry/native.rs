//! The sum of the native buckets of all sources of one series.

use std::collections::BTreeMap;

use super::scale::NativeScale;
use crate::exporter::exposition::model::Native;
use crate::exporter::exposition::native::NativeBuckets;
use crate::shards::cells::NativeBucket;

/// Native buckets with their numbers of observations.
#[derive(Debug, Default)]
pub(super) struct NativeCounts {
    counts: BTreeMap<NativeBucket, u64>,
    buckets: NativeBuckets,
}

impl NativeCounts {
    pub(super) fn clear(&mut self) {
        self.counts.clear();
    }

    pub(super) fn add(&mut self, bucket: NativeBucket, count: u64) {
        *self.counts.entry(bucket).or_default() += count;
    }

    pub(super) fn shown(&mut self, scale: &NativeScale) -> Native<'_> {
        self.buckets.clear(scale.meta.schema, scale.meta.classic);
        for (bucket, count) in &self.counts {
            match *bucket {
                NativeBucket::Zero => self.buckets.zero = *count,
                NativeBucket::Positive(index) => self.buckets.positive.push((index, *count)),
                NativeBucket::Negative(index) => self.buckets.negative.push((index, *count)),
            }
        }
        self.buckets.limited()
    }
}
