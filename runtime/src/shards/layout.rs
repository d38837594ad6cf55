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
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) outcomes: usize,
    pub(crate) errors: usize,
    /// Of the classic histogram; 0 without one.
    pub(crate) buckets: usize,
    /// Where durations are counted instead, if the histogram has native buckets.
    pub(super) cells: Option<&'static Cells>,
    pub(super) first_error: usize,
    pub(super) first_bucket: usize,
    pub(super) bounds: Bounds,
    /// One call in this number is timed; none if it is 0.
    pub(super) sample: u64,
}

pub(super) const BEGUN: usize = 0;
pub(super) const NANOSECONDS: usize = 1;
pub(super) const OUTCOMES: usize = 2;

impl Layout {
    fn new(meta: &OperationMeta) -> Self {
        let outcomes = meta.outcome.count();
        let errors = meta.errors.map_or(0, |errors| errors.kinds.len());
        let buckets = if meta.family(Role::Duration).is_some() { meta.buckets.len() + 1 } else { 0 };
        Self {
            outcomes,
            errors,
            buckets,
            cells: meta.native.filter(|_| buckets != 0).map(|native| Cells::of(*native, meta.buckets)),
            first_error: OUTCOMES + outcomes,
            first_bucket: OUTCOMES + outcomes + errors,
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
        self.first_bucket + if self.cells.is_some() { 0 } else { self.buckets }
    }
}
