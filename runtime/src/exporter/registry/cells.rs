//! Storage of series that are counted through the facade: atomics, of constant size for classic buckets. Values are added with `Relaxed`, because the count of
//! a histogram is the sum of its buckets, and a scrape does not need a consistent sum. They are read with `Acquire`, and reset with `Release`: see
//! [`Cell`](crate::idle::metric::Cell).

use metrics::atomics::AtomicU64;
use std::collections::BTreeMap;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::{Arc, PoisonError, RwLock};

use metrics::HistogramFn;

use super::scale::Scale;
use crate::shards::cells::NativeBucket;

/// A histogram's buckets and sum.
#[derive(Debug)]
pub(in crate::exporter) struct Buckets {
    scale: Arc<Scale>,
    counts: Counts,
    /// The bits of an `f64`.
    sum: AtomicU64,
}

#[derive(Debug)]
enum Counts {
    /// One for each bound, and one for `+Inf`.
    Classic(Box<[AtomicU64]>),
    /// Counts by classic and native bucket, so that one number serves both. The write lock is taken only for the first value of a bucket.
    Native(RwLock<BTreeMap<Cell, AtomicU64>>),
}

/// The classic bucket, and the native one; values that are not numbers have none.
type Cell = (usize, Option<NativeBucket>);

impl Buckets {
    pub(super) fn new(scale: Arc<Scale>) -> Self {
        let counts = if scale.native.is_some() {
            Counts::Native(RwLock::default())
        } else {
            Counts::Classic((0..=scale.bounds.values().len()).map(|_| AtomicU64::new(0)).collect())
        };
        Self { scale, counts, sum: AtomicU64::new(0f64.to_bits()) }
    }

    /// Adds the classic buckets to `buckets`, passes the native ones to `native`, and returns the sum.
    pub(super) fn read(&self, buckets: &mut [u64], native: &mut dyn FnMut(NativeBucket, u64)) -> f64 {
        match &self.counts {
            Counts::Classic(counts) => {
                for (bucket, count) in buckets.iter_mut().zip(counts) {
                    *bucket += count.load(Acquire);
                }
            }
            Counts::Native(cells) => {
                for ((classic, bucket), count) in &*cells.read().unwrap_or_else(PoisonError::into_inner) {
                    let count = count.load(Relaxed);
                    buckets[*classic] += count;
                    if let Some(bucket) = bucket {
                        native(*bucket, count);
                    }
                }
            }
        }
        f64::from_bits(self.sum.load(Acquire))
    }

    /// Sets all counts to zero, while nothing records.
    pub(super) fn reset(&self) {
        match &self.counts {
            Counts::Classic(counts) => counts.iter().for_each(|count| count.store(0, Release)),
            Counts::Native(cells) => cells.write().unwrap_or_else(PoisonError::into_inner).clear(),
        }
        self.sum.store(0f64.to_bits(), Release);
    }
}

impl HistogramFn for Buckets {
    fn record(&self, value: f64) {
        // A value equal to a bound is in that bound's bucket: `le` is inclusive.
        let classic = self.scale.classic(value);
        match &self.counts {
            Counts::Classic(counts) => _ = counts[classic].fetch_add(1, Relaxed),
            Counts::Native(cells) => {
                let cell = (classic, self.scale.native.as_ref().and_then(|native| native.bucket(value)));
                count(cells, cell);
            }
        }
        let add = |bits| Some((f64::from_bits(bits) + value).to_bits());
        let _ = self.sum.fetch_update(Relaxed, Relaxed, add);
    }
}

fn count(cells: &RwLock<BTreeMap<Cell, AtomicU64>>, cell: Cell) {
    if let Some(count) = cells.read().unwrap_or_else(PoisonError::into_inner).get(&cell) {
        count.fetch_add(1, Relaxed);
        return;
    }
    cells.write().unwrap_or_else(PoisonError::into_inner).entry(cell).or_default().fetch_add(1, Relaxed);
}
