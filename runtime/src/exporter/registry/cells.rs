//! Storage of series that are counted through the facade: atomics, of constant size.

use metrics::atomics::AtomicU64;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use metrics::HistogramFn;

use crate::exporter::exposition::bounds::Bounds;

/// A histogram's buckets and sum.
#[derive(Debug)]
pub(in crate::exporter) struct Buckets {
    bounds: Arc<Bounds>,
    /// One counter for each bound, and one for `+Inf`.
    counts: Box<[AtomicU64]>,
    /// The bits of an `f64`.
    sum: AtomicU64,
}

impl Buckets {
    pub(super) fn new(bounds: Arc<Bounds>) -> Self {
        let counts = (0..=bounds.values().len()).map(|_| AtomicU64::new(0)).collect();
        Self { bounds, counts, sum: AtomicU64::new(0f64.to_bits()) }
    }

    /// Adds its buckets to `buckets`, and returns the sum.
    pub(super) fn read(&self, buckets: &mut [u64]) -> f64 {
        for (bucket, count) in buckets.iter_mut().zip(&self.counts) {
            *bucket += count.load(Relaxed);
        }
        f64::from_bits(self.sum.load(Relaxed))
    }
}

impl HistogramFn for Buckets {
    fn record(&self, value: f64) {
        // A value equal to a bound is in that bound's bucket: `le` is inclusive.
        let bucket = self.bounds.values().partition_point(|bound| *bound < value);
        self.counts[bucket].fetch_add(1, Relaxed);
        let add = |bits| Some((f64::from_bits(bits) + value).to_bits());
        let _ = self.sum.fetch_update(Relaxed, Relaxed, add);
    }
}
