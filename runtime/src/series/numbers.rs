//! The numbers of series in the shards, and the series' targets there.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, PoisonError};

use super::families::{Families, Series};
use crate::atomic::{load_u32, load_usize};
use crate::live::tracking::Tracking;
use crate::shards::block::{Block, NO_NUMBER, reserve};
use crate::shards::target::CallTarget;

/// Up to this many series, those of closed labels have numbers in a row: each of them is a word in the tables of threads.
const CLOSED_LIMIT: u32 = 1_024;

impl Families {
    /// The number of the only series of an operation without labels; [`NO_NUMBER`] if it has none yet.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn number(&self) -> u32 {
        // Relaxed: an index, which every thread looks up in its own table.
        load_u32(&self.number)
    }

    /// The number of the series with this value of the only label, if that is closed and has this set of values.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    #[allow(clippy::cast_possible_truncation, reason = "an index among at most `CLOSED_LIMIT` values")]
    pub(crate) fn number_of(&self, set: &'static [&'static str], index: usize) -> Option<u32> {
        // Relaxed: a thread that sees one without the others takes the slow path.
        if load_usize(&self.set) == set.as_ptr().addr() && index < load_u32(&self.values) as usize {
            Some(self.number() + index as u32)
        } else {
            None
        }
    }

    /// Enables calls with this set of values of the only label to compute the numbers of their series, if this is one of them.
    pub(crate) fn use_numbers(&'static self, set: &'static [&'static str], index: usize, number: u32) {
        let is_its_own = self.number().checked_add(u32::try_from(index).unwrap_or(NO_NUMBER)) == Some(number);
        if is_its_own && self.table.has_sets(&[set]) && self.table.closed() == Some(set.len()) {
            self.values.store(u32::try_from(set.len()).unwrap_or(0), Relaxed);
            self.set.store(set.as_ptr().addr(), Relaxed);
        }
    }

    /// The number that a series must have: without labels the reserved one; if all labels are closed, one in the reserved range.
    fn reserved_for(&'static self, cell: Option<u32>) -> Option<u32> {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let cell = cell?;
        let series = u32::try_from(self.table.closed()?).ok().filter(|series| *series <= CLOSED_LIMIT)?;
        let _one_at_a_time = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        if self.number() == NO_NUMBER {
            self.number.store(reserve(series)?, Relaxed);
        }
        Some(self.number() + cell)
    }
}

impl Series {
    /// Whether a call can have this outcome.
    pub(crate) fn is_possible(&self, outcome: usize) -> bool {
        self.meta().outcome.is_possible(outcome, self.families.never())
    }

    /// The target of calls in the shards, if it is set up.
    #[inline]
    pub(crate) fn sharded(&'static self) -> Option<&'static CallTarget> {
        self.sharded.get()?.as_ref()
    }

    /// The target of calls in the shards, created by `make` if it does not exist. `None` if no numbers are left; then calls go through the facade.
    #[cold]
    pub(super) fn sharded_or(&'static self, make: impl FnOnce() -> Option<CallTarget>) -> Option<&'static CallTarget> {
        let target = self.sharded.get_or_init(make).as_ref();
        if let Some(block) = target.and_then(CallTarget::block) {
            self.number.store(block.number(), Relaxed);
            if self.values.is_empty() {
                self.families.number.store(block.number(), Relaxed);
            }
        }
        target
    }

    /// Its number in the shards; [`NO_NUMBER`] if it has none yet.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn number(&self) -> u32 {
        // Relaxed: an index, which every thread looks up in its own table.
        load_u32(&self.number)
    }

    /// The number that is reserved for it, if there is one.
    pub(super) fn reserved(&self) -> Option<u32> {
        self.families.reserved_for(self.cell)
    }

    /// Its counts in the shards.
    pub(crate) fn block(&'static self) -> Option<&'static Block> {
        self.sharded()?.block()
    }

    /// The trackers of its running calls in the shards, if its operation has any.
    pub(crate) fn tracking(&'static self) -> Option<&'static Tracking> {
        self.sharded()?.tracking()
    }
}
