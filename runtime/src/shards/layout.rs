//! The layout of a block, and the histogram's bounds: the same for all series of an operation.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::bounds::Bounds;
use super::cells::Cells;
use crate::meta::OperationMeta;
use crate::names::Role;

/// The offsets of a block's slots, in the order in which a call writes them.
///
/// ```text
/// begun | nanoseconds | outcomes: finished.., panic, cancelled | errors by kind | buckets, the last one for +Inf
/// ```
///
/// With durations by outcome, each outcome has nanoseconds and buckets of its own:
///
/// ```text
/// begun | unused | outcomes | errors by kind | nanoseconds, buckets of the first outcome | of the second | ..
/// ```
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) outcomes: usize,
    pub(crate) errors: usize,
    /// Of the classic histogram; 0 without one.
    pub(crate) buckets: usize,
    /// Where durations are counted instead, if the histogram has native buckets.
    pub(super) cells: Option<&'static Cells>,
    pub(super) first_error: usize,
    /// The nanoseconds and the buckets of the first outcome.
    first_nanoseconds: usize,
    first_bucket: usize,
    /// The buckets of a histogram that are slots: none, if it has native ones.
    bucket_slots: usize,
    /// From one outcome's histogram to the next; 0 if all share one.
    stride: usize,
    pub(super) bounds: Bounds,
    /// One call in this number is timed; none if it is 0.
    pub(super) sample: u64,
}

pub(super) const BEGUN: usize = 0;
const NANOSECONDS: usize = 1;
pub(super) const OUTCOMES: usize = 2;

impl Layout {
    fn new(meta: &OperationMeta) -> Self {
        let outcomes = meta.outcome.count();
        let errors = meta.errors.map_or(0, |errors| errors.kinds.len());
        let buckets = if meta.family(Role::Duration).is_some() { meta.buckets.len() + 1 } else { 0 };
        let cells = meta.native.filter(|_| buckets != 0).map(|native| Cells::of(*native, meta.buckets));
        let bucket_slots = if cells.is_some() { 0 } else { buckets };
        let first_free = OUTCOMES + outcomes + errors;
        let is_by_outcome = meta.has_duration_by_outcome() && buckets != 0;
        let (first_nanoseconds, first_bucket, stride) =
            if is_by_outcome { (first_free, first_free + 1, 1 + bucket_slots) } else { (NANOSECONDS, first_free, 0) };
        Self {
            outcomes,
            errors,
            buckets,
            cells,
            first_error: OUTCOMES + outcomes,
            first_nanoseconds,
            first_bucket,
            bucket_slots,
            stride,
            bounds: Bounds::new(meta.buckets),
            sample: if buckets == 0 { 0 } else { meta.sample },
        }
    }

    /// The layout of an operation, created once and shared by its series.
    pub(super) fn of(meta: &'static OperationMeta) -> &'static Self {
        static ALL: Mutex<BTreeMap<usize, &'static Layout>> = Mutex::new(BTreeMap::new());
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        // The address of a static identifies it. Never freed: the static's series live as long as the process.
        all.entry(std::ptr::from_ref(meta).addr()).or_insert_with(|| Box::leak(Box::new(Self::new(meta))))
    }

    pub(super) fn slots(&self) -> usize {
        self.first_bucket + self.stride * (self.outcomes - 1) + self.bucket_slots
    }

    /// How many histograms there are.
    pub(super) fn histograms(&self) -> usize {
        if self.stride == 0 { 1 } else { self.outcomes }
    }

    /// The histogram of the calls with the outcome in this slot.
    #[inline]
    pub(super) fn histogram(&self, outcome_slot: usize) -> usize {
        if self.stride == 0 { 0 } else { outcome_slot }
    }

    /// The nanoseconds of the calls with the outcome in this slot.
    #[inline]
    pub(super) fn nanoseconds(&self, outcome_slot: usize) -> usize {
        self.first_nanoseconds + self.stride * outcome_slot
    }

    /// A bucket of the same calls.
    #[inline]
    pub(super) fn bucket(&self, outcome_slot: usize, bucket: usize) -> usize {
        self.first_bucket + self.stride * outcome_slot + bucket
    }
}
