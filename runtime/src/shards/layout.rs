//! The layout of a series' slots, and how its durations are counted.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::bounds::Bounds;
use super::cells::{Cells, Durations, Index};
use crate::meta::OperationMeta;
use crate::names::Role;
use crate::ticks::{Clock, nanoseconds_of, ticks};

/// The slots of a series, as offsets in words from the owner.
///
/// ```text
/// owner | begun | nanoseconds | outcomes: finished.., panic, cancelled | errors by kind | buckets, the last one for +Inf | gap, last
/// ```
///
/// With durations by outcome, each outcome has nanoseconds and buckets of its own:
///
/// ```text
/// owner | begun | unused | outcomes | errors by kind | nanoseconds, buckets of the first outcome | of the second | .. | gap, last of each outcome
/// ```
///
/// `gap` and `last` are the state of sampling, see `sampling.rs`. A scrape does not add them up.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) outcomes: usize,
    /// The number of outcomes of finished calls, which come first.
    pub(super) finished: usize,
    pub(crate) errors: usize,
    /// The number of buckets of the histogram, or of cells of a native one; 0 without a histogram.
    pub(crate) buckets: usize,
    pub(super) first_error: usize,
    /// The slot of the nanoseconds of the first outcome; `first_bucket` is that of its first bucket.
    first_nanoseconds: usize,
    pub(super) first_bucket: usize,
    /// The distance from one outcome's histogram to the next; 0 if all outcomes share one.
    stride: usize,
    /// The end of the slots that a scrape adds up: all except the state of a thread.
    pub(super) counts: usize,
    /// The number of words, with the owner.
    pub(super) words: usize,
    pub(super) timing: Timing,
    /// The length of a tick of the clock that calls read, see [`Clock::tick`]; 0 if they read none.
    pub(super) tick: u64,
    pub(super) bounds: Bounds,
    /// Where durations are counted if the histogram has native buckets.
    pub(super) cells: Option<&'static Cells>,
    /// Those of `cells`, which a call finds without a check.
    pub(super) durations: &'static [Durations],
    pub(super) index: Index,
}

/// Which calls read the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timing {
    Every,
    Never,
    /// On average one call in this number.
    OneIn(u64),
}

pub(super) const BEGUN: usize = 1;
pub(super) const NANOSECONDS: usize = 2;
pub(super) const OUTCOMES: usize = 3;

impl Layout {
    fn new(meta: &OperationMeta) -> Self {
        let outcomes = meta.outcome.count();
        let errors = meta.errors.map_or(0, |errors| errors.kinds.len());
        let has_histogram = meta.family(Role::Duration).is_some();
        let cells = meta.native.filter(|_| has_histogram).map(|native| Cells::of(*native, meta.buckets));
        let buckets = match cells {
            Some(cells) => cells.len(),
            None if has_histogram => meta.buckets.len() + 1,
            None => 0,
        };
        let timing = match meta.sample {
            _ if buckets == 0 => Timing::Never,
            0 | 1 => Timing::Every,
            sample => Timing::OneIn(sample),
        };
        let first_free = OUTCOMES + outcomes + errors;
        let is_by_outcome = meta.has_duration_by_outcome() && buckets != 0;
        let (first_nanoseconds, first_bucket, stride) =
            if is_by_outcome { (first_free, first_free + 1, 1 + buckets) } else { (NANOSECONDS, first_free, 0) };
        let histograms = if is_by_outcome { outcomes } else { 1 };
        let counts = first_bucket + stride * (histograms - 1) + buckets;
        let state = match timing {
            Timing::OneIn(_) => 1 + histograms,
            Timing::Every if cells.is_some() => 1,
            Timing::Every | Timing::Never => 0,
        };
        Self {
            outcomes,
            finished: meta.outcome.finished.len(),
            errors,
            buckets,
            first_error: OUTCOMES + outcomes,
            first_nanoseconds,
            first_bucket,
            stride,
            counts,
            words: counts + state,
            timing,
            tick: if timing == Timing::Never { 0 } else { Clock::get().tick() },
            bounds: Bounds::new(meta.buckets),
            cells,
            durations: cells.map_or(&[], |cells| &cells.durations),
            index: cells.map_or(Index::NONE, |cells| cells.index),
        }
    }

    /// Returns the layout of an operation. Operations with the same outcomes, kinds and bounds share one, because it takes kilobytes.
    pub(super) fn of(meta: &'static OperationMeta) -> &'static Self {
        type Shape = ([usize; 4], u64, Vec<u64>, Option<i8>);
        static ALL: Mutex<BTreeMap<Shape, &'static Layout>> = Mutex::new(BTreeMap::new());
        let layout = Self::new(meta);
        let bounds = meta.buckets.iter().map(|bound| bound.to_bits()).collect();
        let shape = (
            [layout.outcomes, layout.errors, layout.buckets, layout.stride],
            meta.sample,
            bounds,
            meta.native.map(|native| native.schema),
        );
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        // Never freed: neither are the series that use it.
        all.entry(shape).or_insert_with(|| Box::leak(Box::new(layout)))
    }

    /// Returns the nanoseconds since a reading of [`ticks`]; 0 if the counter went backwards, for instance on another core.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(super) fn nanoseconds_since(&self, since: u64) -> u64 {
        nanoseconds_of(ticks().saturating_sub(since), self.tick)
    }

    /// Converts ticks to nanoseconds.
    pub(super) fn nanoseconds_of(&self, ticks: u64) -> u64 {
        nanoseconds_of(ticks, self.tick)
    }

    /// Whether there are at least two outcomes of finished calls, so that the first two need no check.
    pub(super) fn has_two_outcomes(&self) -> bool {
        self.finished >= 2
    }

    /// Whether the operation is sampled, with classic buckets and one histogram for all outcomes.
    pub(super) fn is_sampled_plainly(&self) -> bool {
        matches!(self.timing, Timing::OneIn(_))
            && self.has_two_outcomes()
            && !self.is_by_outcome()
            && self.cells.is_none()
    }

    /// Whether each outcome has a histogram of its own.
    pub(super) fn is_by_outcome(&self) -> bool {
        self.stride != 0
    }

    /// Returns the index of the bucket of a duration, or of its cell in a native histogram.
    pub(super) fn place(&self, nanoseconds: u64) -> usize {
        match self.cells {
            None => self.bounds.bucket(nanoseconds),
            Some(cells) => cells.cell(nanoseconds),
        }
    }

    /// Returns the slot of the nanoseconds of calls with this outcome.
    pub(super) fn nanoseconds(&self, outcome_slot: usize) -> usize {
        self.first_nanoseconds + self.stride * outcome_slot
    }

    /// Returns the slot of a bucket of calls with this outcome.
    pub(super) fn bucket(&self, outcome_slot: usize, bucket: usize) -> usize {
        self.first_bucket + self.stride * outcome_slot + bucket
    }

    /// Returns the slot of the number of calls until the next timed one.
    pub(super) fn gap(&self) -> usize {
        self.counts
    }

    /// Returns the slot of the last cell in which a duration was counted, if the histogram has native buckets and every call is timed.
    pub(super) fn last_cell(&self) -> usize {
        self.counts
    }

    /// Returns the slot of the last measured duration of calls with this outcome.
    pub(super) fn last(&self, outcome_slot: usize) -> usize {
        self.counts + 1 + if self.is_by_outcome() { outcome_slot } else { 0 }
    }
}
