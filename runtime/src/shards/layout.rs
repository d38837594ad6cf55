//! The layout of a series' slots, and how its durations are counted.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::bounds::Bounds;
use crate::meta::OperationMeta;
use crate::names::Role;

/// The slots of a series, as offsets.
///
/// ```text
/// begun | nanoseconds | outcomes: finished.., panic, cancelled | errors by kind | buckets, the last one for +Inf | gap | last
/// ```
///
/// `gap` and `last` are the state of sampling, see `sampling.rs`. They are not added up.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) outcomes: usize,
    /// How many of them are those of finished calls. They are the first.
    pub(super) finished: usize,
    pub(crate) errors: usize,
    /// 0 without a histogram.
    pub(crate) buckets: usize,
    pub(super) first_error: usize,
    pub(super) first_bucket: usize,
    /// How many slots are added up by a scrape: all but the state of sampling.
    pub(super) counts: usize,
    pub(super) slots: usize,
    pub(super) timing: Timing,
    pub(super) bounds: Bounds,
}

/// Which calls read the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timing {
    Every,
    Never,
    /// One call in this number, on average.
    OneIn(u64),
}

pub(super) const BEGUN: usize = 0;
pub(super) const NANOSECONDS: usize = 1;
pub(super) const OUTCOMES: usize = 2;

impl Layout {
    fn new(meta: &OperationMeta) -> Self {
        let outcomes = meta.outcome.count();
        let errors = meta.errors.map_or(0, |errors| errors.kinds.len());
        let buckets = if meta.family(Role::Duration).is_some() { meta.buckets.len() + 1 } else { 0 };
        let timing = match meta.sample {
            _ if buckets == 0 => Timing::Never,
            0 | 1 => Timing::Every,
            sample => Timing::OneIn(sample),
        };
        let first_bucket = OUTCOMES + outcomes + errors;
        let counts = first_bucket + buckets;
        let sampling = if matches!(timing, Timing::OneIn(_)) { 2 } else { 0 };
        Self {
            outcomes,
            finished: meta.outcome.finished.len(),
            errors,
            buckets,
            first_error: OUTCOMES + outcomes,
            first_bucket,
            counts,
            slots: counts + sampling,
            timing,
            bounds: Bounds::new(meta.buckets),
        }
    }

    /// The layout of an operation. Operations with the same outcomes, kinds and bounds share one: it takes kilobytes.
    pub(super) fn of(meta: &'static OperationMeta) -> &'static Self {
        type Shape = ([usize; 3], u64, Vec<u64>);
        static ALL: Mutex<BTreeMap<Shape, &'static Layout>> = Mutex::new(BTreeMap::new());
        let layout = Self::new(meta);
        let bounds = meta.buckets.iter().map(|bound| bound.to_bits()).collect();
        let shape = ([layout.outcomes, layout.errors, layout.buckets], meta.sample, bounds);
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        // Never freed: neither are the series that use it.
        all.entry(shape).or_insert_with(|| Box::leak(Box::new(layout)))
    }

    /// The slot of the number of calls until the next one is timed, and that of the last duration.
    pub(super) fn gap(&self) -> usize {
        self.counts
    }

    pub(super) fn last(&self) -> usize {
        self.counts + 1
    }
}
