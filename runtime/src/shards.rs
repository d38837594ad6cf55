//! Per-thread counts of operations, for calls while the process-wide recorder is ours.
//!
//! Every thread has a shard of its own and is the only one that writes to it. A call therefore costs plain loads and stores: no lock, no
//! read-modify-write, no allocation, and no cache line that two cores write to. A scrape adds the shards up.
//!
//! # Layout in memory
//!
//! ```text
//! CURRENT (thread-local) ──> Shard: 1,024 x OnceLock<Segment>     one for each thread; handed on when the thread ends, never freed
//!                                └──> Segment: 2,048 slots        16 KiB, made when the thread first counts in it
//!                                       └──> block of a series    at the same place in every shard, at the start of a cache line
//!
//! block: begun | nanoseconds | outcomes: finished.., panic, cancelled | errors by kind | buckets, the last one for +Inf
//! ```
//!
//! With `duration(outcome)`, the nanoseconds and buckets are at the end, once for each outcome; see `shards/layout.rs`.
//!
//! Native buckets are not in the block. They are in chunks of 8 slots, which are made when they are needed; see `shards/native.rs`.
//!
//! # Ordering
//!
//! A call adds to `begun` when it starts. When it ends it adds to its bucket, to the nanoseconds, to its error's kind and, last and with `Release`, to
//! its outcome. A scrape reads the outcomes first, with `Acquire`, and the rest after them. An end that it saw therefore brings everything that happened before
//! it, the beginning included, whichever thread that was on: `begun - ended`, the calls in flight, is never negative, and the buckets contain
//! every call that the outcomes do. The count of a histogram is the sum of its buckets, so no bucket is above it. All other accesses are
//! `Relaxed`: a slot has one writer, and the outcome publishes it. Slots are never reset, because a counter must not go back.
//!
//! # Limits
//!
//! - A block is at most one segment, and a shard has room for 1,024 segments. Operations beyond that count through the facade.
//! - The calls in flight may be too high while calls end during the reading; see `Block::in_flight`.
//! - A signal handler that interrupts an addition on its own thread and adds to the same slot may lose one of the two.

pub(crate) mod block;
mod bounds;
pub(crate) mod cells;
pub(crate) mod clock;
mod layout;
mod native;
pub(crate) mod pool;
mod slots;
#[cfg(test)]
mod tests;

/// The slots' atomics: `loom`'s when it explores the orders of reads and writes (`scripts/loom`).
mod atomic {
    #[cfg(metrics_instrumented_loom)]
    pub(super) use loom::sync::atomic::{AtomicU64, Ordering};
    #[cfg(not(metrics_instrumented_loom))]
    pub(super) use metrics::atomics::AtomicU64;
    #[cfg(not(metrics_instrumented_loom))]
    pub(super) use std::sync::atomic::Ordering;
}

use atomic::{AtomicU64, Ordering};

/// Adds to a slot that only this thread writes to, and returns the previous value.
#[inline]
fn add(slot: &AtomicU64, n: u64, order: Ordering) -> u64 {
    if cfg!(metrics_instrumented_loom) {
        // Equivalent for other threads. `loom` remembers only the last access of a slot: a separate load would hide a scrape's access, and `loom` would
        // skip the orders that matter.
        slot.fetch_add(n, order)
    } else {
        let before = slot.load(Ordering::Relaxed);
        slot.store(before.wrapping_add(n), order);
        before
    }
}
