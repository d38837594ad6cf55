//! The slots of one series on one thread, and what a call writes to them.
//!
//! `unsafe` here buys an address in the place of an index: a slice carries its length, and each of the four slots that a call writes to would be compared
//! with it.

#![allow(unsafe_code, reason = "measured, see above")]

use std::marker::PhantomData;
use std::ptr::NonNull;

use super::layout::{BEGUN, Layout, NANOSECONDS, OUTCOMES};
use crate::atomic::{AtomicU64, Ordering};
use crate::exit::outcome_slot;
use crate::sampling;

/// Adds to a slot that only this thread writes to.
#[inline]
fn add(slot: &AtomicU64, n: u64, order: Ordering) {
    if cfg!(metrics_instrumented_loom) {
        // The same to everybody else; but `loom` remembers one last access of a slot, and with the load in between it would forget a
        // scrape's and leave out the orders that matter.
        slot.fetch_add(n, order);
    } else {
        slot.store(slot.load(Ordering::Relaxed).wrapping_add(n), order);
    }
}

/// Where the slots of a series are on one thread: a word with the address of what the series counts on, its owner, and the slots behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slots(NonNull<AtomicU64>);

// SAFETY: what is behind it, a reference to something `Sync` and atomics, may be shared between threads. How long it is there is said where one is kept.
unsafe impl Send for Slots {}

impl Slots {
    /// How many words the slots of a layout take.
    pub(super) fn words(layout: &Layout) -> usize {
        layout.slots + 1
    }

    /// Makes slots in words.
    ///
    /// # Safety
    /// As many words as [`Self::words`] says are valid for reads and writes, and nobody else uses them.
    pub(super) unsafe fn new<T: Sync>(words: NonNull<AtomicU64>, owner: &'static T, layout: &Layout) -> Self {
        const { assert!(size_of::<&T>() <= size_of::<AtomicU64>() && align_of::<&T>() <= align_of::<AtomicU64>()) };
        // SAFETY: as the caller promises; an address fits in a word, as checked above.
        unsafe {
            words.cast::<&'static T>().write(owner);
            for slot in 1..Self::words(layout) {
                words.add(slot).write(AtomicU64::new(0));
            }
        }
        Self(words)
    }

    /// The slots at this address.
    ///
    /// # Safety
    /// They were made there.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(super) unsafe fn at(address: NonNull<AtomicU64>) -> Self {
        Self(address)
    }

    pub(super) fn pointer(self) -> *mut AtomicU64 {
        self.0.as_ptr()
    }

    /// Where they are, for hints to the processor.
    pub(super) fn address(self) -> usize {
        self.0.addr().get()
    }

    /// The owner.
    ///
    /// # Safety
    /// The slots are still there, and this is the type that `new` was given.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(super) unsafe fn owner<T>(self) -> &'static T {
        // SAFETY: `new` wrote it, and nothing else does.
        unsafe { self.0.cast::<&'static T>().read() }
    }

    /// The same slots, to be used.
    ///
    /// # Safety
    /// They were made with this layout, and are there for `'a`.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(super) unsafe fn of<'a>(self, layout: &'static Layout) -> Counts<'a> {
        Counts { words: self.0, layout, lives: PhantomData }
    }
}

/// Slots that are there for `'a`.
#[derive(Clone, Copy)]
pub(super) struct Counts<'a> {
    words: NonNull<AtomicU64>,
    layout: &'static Layout,
    lives: PhantomData<&'a AtomicU64>,
}

// SAFETY: atomics may be used from any thread. Apart from the model nobody needs it.
#[cfg(all(test, metrics_instrumented_loom))]
unsafe impl Send for Counts<'_> {}

#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
impl<'a> Counts<'a> {
    /// A slot of the layout: all callers take the number from there.
    #[inline(always)]
    fn at(self, slot: usize) -> &'a AtomicU64 {
        debug_assert!(slot < self.layout.slots, "{slot} of {}", self.layout.slots);
        // SAFETY: as many slots as the layout has are behind the first word, and stay there for `'a`.
        unsafe { self.words.add(1 + slot).as_ref() }
    }

    pub(super) fn load(self, slot: usize, order: Ordering) -> u64 {
        assert!(slot < self.layout.slots, "no such slot");
        self.at(slot).load(order)
    }

    /// Adds what was counted in other slots of the same layout.
    pub(super) fn absorb(self, other: Counts<'_>) {
        for slot in 0..self.layout.counts.min(other.layout.counts) {
            // Relaxed: both are read and written under one lock, or by this thread.
            add(self.at(slot), other.at(slot).load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }

    /// Sets all slots back to zero, while no call uses them.
    pub(super) fn reset(self) {
        for slot in 0..self.layout.slots {
            // Relaxed: the lock under which a value leaves orders it against the calls before and after, see `idle.rs`.
            self.at(slot).store(0, Ordering::Relaxed);
        }
    }

    /// A call begins.
    #[inline(always)]
    pub(super) fn begin(self) {
        // Relaxed: the `Release` of the call's end publishes it, see `shards.rs`.
        add(self.at(BEGUN), 1, Ordering::Relaxed);
    }

    /// Whether the call that has just begun is timed, where only one in so many is. If it is not, the next ones are not, either, up to the drawn number.
    #[inline(always)]
    pub(super) fn is_sampled(self, calls: u64) -> bool {
        // Relaxed: this thread's own.
        let gap = self.at(self.layout.gap());
        let left = gap.load(Ordering::Relaxed);
        if left == 0 {
            self.draw(calls);
            return true;
        }
        gap.store(left - 1, Ordering::Relaxed);
        false
    }

    /// Draws how many calls are not timed after this one.
    #[cold]
    #[inline(never)]
    fn draw(self, calls: u64) {
        // Relaxed: both are this thread's own.
        let gap = sampling::gap(calls, self.at(BEGUN).load(Ordering::Relaxed));
        self.at(self.layout.gap()).store(gap, Ordering::Relaxed);
    }

    /// Whether this is the outcome of a finished call, in a mode for which [`Layout::has_two_outcomes`].
    #[inline(always)]
    pub(super) fn has_finished(self, outcome: usize) -> bool {
        outcome < 2 || outcome < self.layout.finished
    }

    /// A finished call ends, counted with this duration if its operation has a histogram: one for all outcomes, with classic buckets.
    #[inline(always)]
    pub(super) fn end(self, nanoseconds: Option<u64>, outcome: usize, error: Option<usize>) {
        debug_assert!(self.layout.cells.is_none(), "native buckets end in `end_in_cell`");
        // Relaxed, as all but the last one, which publishes them.
        if let Some(nanoseconds) = nanoseconds {
            add(self.at(self.layout.first_bucket + self.layout.bounds.bucket(nanoseconds)), 1, Ordering::Relaxed);
            add(self.at(NANOSECONDS), nanoseconds, Ordering::Relaxed);
        }
        self.count_out(outcome, error);
    }

    /// The cell of a duration in native buckets, if it is found quickly.
    #[inline(always)]
    pub(super) fn cell(self, nanoseconds: u64) -> Option<usize> {
        self.layout.cells?.quick_cell(nanoseconds)
    }

    /// A finished call ends, counted in this cell of native buckets that all outcomes share.
    #[inline(always)]
    pub(super) fn end_in_cell(self, cell: usize, nanoseconds: u64, outcome: usize, error: Option<usize>) {
        add(self.at(self.layout.first_bucket + cell), 1, Ordering::Relaxed);
        add(self.at(NANOSECONDS), nanoseconds, Ordering::Relaxed);
        self.count_out(outcome, error);
    }

    /// The same for any outcome and any layout.
    #[cold]
    #[inline(never)]
    pub(super) fn end_any(self, nanoseconds: Option<u64>, outcome: usize, error: Option<usize>) {
        let outcome_slot = outcome_slot(outcome, self.layout.outcomes);
        if let Some(nanoseconds) = nanoseconds {
            let bucket = self.layout.place(nanoseconds);
            add(self.at(self.layout.bucket(outcome_slot, bucket)), 1, Ordering::Relaxed);
            add(self.at(self.layout.nanoseconds(outcome_slot)), nanoseconds, Ordering::Relaxed);
        }
        self.count_out(outcome_slot, error);
    }

    #[inline(always)]
    fn count_out(self, outcome_slot: usize, error: Option<usize>) {
        if let Some(kind) = error
            && kind < self.layout.errors
        {
            add(self.at(self.layout.first_error + kind), 1, Ordering::Relaxed);
        }
        // Release, and last: a scrape that sees the end sees all of the call.
        add(self.at(OUTCOMES + outcome_slot), 1, Ordering::Release);
    }

    /// The duration that a sampled operation's call is counted with: its own, or that of the last one with its outcome that was timed, or `first`.
    pub(super) fn represented(self, nanoseconds: Option<u64>, outcome: usize, first: u64) -> u64 {
        let last = self.at(self.layout.last(outcome_slot(outcome, self.layout.outcomes)));
        match nanoseconds {
            Some(nanoseconds) => {
                // No duration is stored as 0, which stands for none.
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
