//! The slots of one series on one thread, and what a call writes to them.
//!
//! With `unsafe`, a call needs only the address of the slots. A slice would also carry its length, and each of the four slots that a call writes to would be
//! compared with it.

#![allow(unsafe_code, reason = "measured, see above")]

use std::marker::PhantomData;
use std::ptr::NonNull;

use super::layout::{BEGUN, Layout, NANOSECONDS, OUTCOMES};
use crate::atomic::{AtomicU64, Ordering, add};
use crate::exit::outcome_slot;
use crate::sampling;

/// The address of the slots of a series on one thread: the first word is the address of the owner (the target of the series), the slots follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slots(NonNull<AtomicU64>);

// SAFETY: it refers to a reference to a `Sync` type and to atomics, which threads may share. Each place that stores one documents its lifetime.
unsafe impl Send for Slots {}

impl Slots {
    /// Initialises slots in these words.
    ///
    /// # Safety
    /// [`Layout::words`] words are valid for reads and writes, and nothing else uses them.
    pub(super) unsafe fn new<T: Sync>(words: NonNull<AtomicU64>, owner: &'static T, layout: &Layout) -> Self {
        const { assert!(size_of::<&T>() <= size_of::<AtomicU64>() && align_of::<&T>() <= align_of::<AtomicU64>()) };
        // SAFETY: guaranteed by the caller; an address fits in a word, as checked above.
        unsafe {
            words.cast::<&'static T>().write(owner);
            for slot in BEGUN..layout.words {
                words.add(slot).write(AtomicU64::new(0));
            }
        }
        Self(words)
    }

    /// The slots at this address.
    ///
    /// # Safety
    /// [`Self::new`] initialised slots there.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(super) unsafe fn at(address: NonNull<AtomicU64>) -> Self {
        Self(address)
    }

    pub(super) fn pointer(self) -> NonNull<AtomicU64> {
        self.0
    }

    /// The address, for prefetching.
    pub(super) fn address(self) -> usize {
        self.0.addr().get()
    }

    /// The owner.
    ///
    /// # Safety
    /// The slots have not been freed, and `T` is the type of the owner that `new` was given.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(super) unsafe fn owner<T>(self) -> &'static T {
        // SAFETY: only `new` writes it.
        unsafe { self.0.as_ptr().cast::<&'static T>().read() }
    }

    /// A slot.
    ///
    /// # Safety
    /// The slots are not freed during `'a`, and their layout has this slot.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(super) unsafe fn slot<'a>(self, slot: usize) -> &'a AtomicU64 {
        // SAFETY: guaranteed by the caller.
        unsafe { self.0.add(slot).as_ref() }
    }

    /// The counts in the slots.
    ///
    /// # Safety
    /// The slots were initialised with this layout, and are not freed during `'a`.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(super) unsafe fn of<'a>(self, layout: &'static Layout) -> Counts<'a> {
        Counts { slots: self, layout, lives: PhantomData }
    }
}

/// Counts in slots that are not freed during `'a`.
#[derive(Clone, Copy)]
pub(super) struct Counts<'a> {
    slots: Slots,
    layout: &'static Layout,
    lives: PhantomData<&'a AtomicU64>,
}

// SAFETY: atomics may be used from any thread. Only the `loom` model needs this.
#[cfg(all(test, metrics_instrumented_loom))]
unsafe impl Send for Counts<'_> {}

#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
impl<'a> Counts<'a> {
    /// Returns a slot; all callers take the index from the layout.
    #[inline(always)]
    fn at(self, slot: usize) -> &'a AtomicU64 {
        #[cfg(test)]
        self.check(slot);
        // SAFETY: it is a slot of the layout, and not freed during `'a`.
        unsafe { self.slots.slot(slot) }
    }

    /// Adds to a slot; all callers take the index from the layout. Relaxed: the outcome, which is the last addition of a call, publishes all others.
    #[inline(always)]
    fn add(self, slot: usize, n: u64) {
        #[cfg(test)]
        self.check(slot);
        // SAFETY: it is a slot of the layout, to which only this thread writes.
        unsafe { add!(self.slots.0.as_ptr(), slot, n, Ordering::Relaxed) };
    }

    /// In tests only, because in debug builds it would take as long as the addition.
    #[cfg(test)]
    fn check(self, slot: usize) {
        assert!((BEGUN..self.layout.words).contains(&slot), "{slot} of {}", self.layout.words);
    }

    pub(super) fn load(self, slot: usize, order: Ordering) -> u64 {
        assert!((BEGUN..self.layout.words).contains(&slot), "no such slot");
        self.at(slot).load(order)
    }

    /// Adds the counts of other slots with the same layout.
    pub(super) fn absorb(self, other: Counts<'_>) {
        for slot in BEGUN..self.layout.counts.min(other.layout.counts) {
            // Relaxed: the lock of the block orders the common slots, and the others belong to this thread.
            self.add(slot, other.at(slot).load(Ordering::Relaxed));
        }
    }

    /// Sets all slots to zero, while no call uses them.
    pub(super) fn reset(self) {
        for slot in BEGUN..self.layout.words {
            // Relaxed: the lock under which a value expires orders this with the calls before and after, see `idle.rs`.
            self.at(slot).store(0, Ordering::Relaxed);
        }
    }

    /// Counts the beginning of a call.
    #[inline(always)]
    pub(super) fn begin(self) {
        // The `Release` of the call's end publishes it, see `shards.rs`.
        self.add(BEGUN, 1);
    }

    /// Whether the call that has just begun is timed, if on average one in `calls` calls is. The slot counts down the calls until the next timed one.
    #[inline(always)]
    pub(super) fn is_sampled(self, calls: u64) -> bool {
        // Relaxed: only this thread uses it.
        let gap = self.at(self.layout.gap());
        let left = gap.load(Ordering::Relaxed);
        if left == 0 {
            self.draw(calls);
            return true;
        }
        gap.store(left - 1, Ordering::Relaxed);
        false
    }

    /// Draws the number of calls after this one that are not timed.
    #[cold]
    #[inline(never)]
    fn draw(self, calls: u64) {
        // Relaxed: only this thread writes to them.
        let gap = sampling::gap(calls, self.at(BEGUN).load(Ordering::Relaxed));
        self.at(self.layout.gap()).store(gap, Ordering::Relaxed);
    }

    /// Whether this is the outcome of a finished call, in a mode for which [`Layout::has_two_outcomes`].
    #[inline(always)]
    pub(super) fn has_finished(self, outcome: usize) -> bool {
        outcome < 2 || outcome < self.layout.finished
    }

    /// Counts the end of a finished call with its duration, in a histogram with classic buckets for all outcomes.
    #[inline(always)]
    pub(super) fn end(self, nanoseconds: u64, outcome: usize, error: Option<usize>) {
        let bucket = self.layout.bounds.bucket(nanoseconds);
        self.end_in_slot(self.layout.first_bucket + bucket, nanoseconds, outcome, error);
    }

    /// Returns the slot of a duration in native buckets, if a short search finds it. The cell of the last duration is compared first, by branches, for the same
    /// reason as in [`Bounds::bucket`](super::bounds::Bounds::bucket): a cell that is computed from the duration makes the next call wait.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "an index")]
    pub(super) fn native_slot(self, nanoseconds: u64) -> Option<usize> {
        // Relaxed: only this thread uses it.
        let last = self.at(self.layout.last_cell());
        let mut cell = last.load(Ordering::Relaxed) as usize;
        if !self.layout.durations.get(cell).is_some_and(|durations| durations.contains(nanoseconds)) {
            cell = self.layout.index.cell(nanoseconds)?;
            last.store(cell as u64, Ordering::Relaxed);
        }
        Some(self.layout.first_bucket + cell)
    }

    /// Counts the end of a finished call in the slot of its bucket, which all outcomes share.
    #[inline(always)]
    pub(super) fn end_in_slot(self, slot: usize, nanoseconds: u64, outcome: usize, error: Option<usize>) {
        self.add(slot, 1);
        self.add(NANOSECONDS, nanoseconds);
        self.count_out(outcome, error);
    }

    /// Counts the end of a call with any outcome and any layout.
    #[cold]
    #[inline(never)]
    pub(super) fn end_any(self, nanoseconds: Option<u64>, outcome: usize, error: Option<usize>) {
        let outcome_slot = outcome_slot(outcome, self.layout.outcomes);
        if let Some(nanoseconds) = nanoseconds {
            let bucket = self.layout.place(nanoseconds);
            self.add(self.layout.bucket(outcome_slot, bucket), 1);
            self.add(self.layout.nanoseconds(outcome_slot), nanoseconds);
        }
        self.count_out(outcome_slot, error);
    }

    /// Counts the end of a call, without a duration.
    #[inline(always)]
    pub(super) fn count_out(self, outcome_slot: usize, error: Option<usize>) {
        if let Some(kind) = error
            && kind < self.layout.errors
        {
            self.add(self.layout.first_error + kind, 1);
        }
        // Release, and last: a scrape that sees this end sees everything that the call counted.
        #[cfg(test)]
        self.check(OUTCOMES + outcome_slot);
        // SAFETY: it is a slot of the layout, to which only this thread writes.
        unsafe { add!(self.slots.0.as_ptr(), OUTCOMES + outcome_slot, 1u64, Ordering::Release) };
    }

    /// Returns the duration that a call of a sampled operation is counted with: its own or, if it was not timed, that of the last timed call in its histogram,
    /// or `first` if there was none. Relaxed: only this thread uses it, or the lock of the block orders it.
    pub(super) fn represented(self, nanoseconds: Option<u64>, outcome: usize, first: u64) -> u64 {
        let last = self.at(self.layout.last(outcome_slot(outcome, self.layout.outcomes)));
        match nanoseconds {
            Some(nanoseconds) => {
                // 0 means that there is none yet.
                last.store(nanoseconds.max(1), Ordering::Relaxed);
                nanoseconds
            }
            None => match last.load(Ordering::Relaxed) {
                0 => first,
                last => last,
            },
        }
    }
}
