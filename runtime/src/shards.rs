//! Where the calls of operations are counted when the process-wide recorder is ours: every thread has a shard of its own and is the only
//! one that writes to it, so that a call costs plain stores, no lock, no read-modify-write, no allocation; a scrape adds the shards up.
//!
//! A call writes `begun` when it starts and, when it ends, its bucket, its duration, its error's kind and, last and with `Release`, its
//! outcome. A scrape reads the outcomes first, with `Acquire`, and `begun` after them: whatever end it saw, it sees the beginning too, on
//! whichever thread that was, so that `begun - ended`, the calls in flight, is never negative. The count of a histogram is the sum of its
//! buckets, so no bucket is above it. Slots are never set back: a counter does not go back.

pub(crate) mod block;
mod bounds;
pub(crate) mod clock;
mod layout;
pub(crate) mod pool;
#[cfg(test)]
mod tests;

/// The slots' atomics: `loom`'s when the order of reads and writes is explored (`scripts/loom`).
mod atomic {
    #[cfg(metrics_instrumented_loom)]
    pub(super) use loom::sync::atomic::{AtomicU64, Ordering};
    #[cfg(not(metrics_instrumented_loom))]
    pub(super) use metrics::atomics::AtomicU64;
    #[cfg(not(metrics_instrumented_loom))]
    pub(super) use std::sync::atomic::Ordering;
}

use atomic::{AtomicU64, Ordering};

/// Counts in a slot that only this thread writes to, and returns what was there before.
#[inline]
fn add(slot: &AtomicU64, n: u64, order: Ordering) -> u64 {
    if cfg!(metrics_instrumented_loom) {
        // The same to everybody else; but `loom` remembers one last access of a slot, and with the load in between it would forget a
        // scrape's and leave out the orders that matter.
        slot.fetch_add(n, order)
    } else {
        let before = slot.load(Ordering::Relaxed);
        slot.store(before.wrapping_add(n), order);
        before
    }
}
