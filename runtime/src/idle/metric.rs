//! Counters, gauges and histograms whose values can expire. Unlike the slots of operations, their cells belong to a recorder of this crate.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering::Release;

use metrics::atomics::AtomicU64;

use super::leased::Leased;
use crate::meta::MetricMeta;

/// One series of a counter, gauge or histogram.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LeasedMetric {
    pub(crate) meta: &'static MetricMeta,
    pub(crate) leased: &'static Leased,
}

/// Where a series is counted.
pub(crate) struct LeasedCell {
    pub(crate) handle: AnyHandle,
    pub(crate) cell: Arc<dyn Cell>,
}

/// A handle of one of the three kinds.
#[derive(Debug)]
pub enum AnyHandle {
    Counter(metrics::Counter),
    Gauge(metrics::Gauge),
    Histogram(metrics::Histogram),
}

/// The memory of a series.
pub(crate) trait Cell: Send + Sync {
    /// Sets it to zero when its value expires. Nothing uses it at that moment. The stores are `Release`: a scrape that reads one of them (`Acquire`), or what
    /// was added later, sees that the value was removed.
    fn reset(&self);

    /// Whether the value may expire after its `idle` time.
    fn may_expire(&self) -> bool {
        true
    }
}

impl Cell for AtomicU64 {
    fn reset(&self) {
        self.store(0, Release);
    }
}

impl fmt::Debug for LeasedCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LeasedCell").finish_non_exhaustive()
    }
}
