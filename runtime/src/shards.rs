//! Per-thread counts of operations, used while this crate's recorder is the process-wide one.
//!
//! A thread has its own slots for each series that it calls often, and is the only one that writes to them. A call therefore costs plain loads and
//! stores: no lock, no read-modify-write, no allocation, and no cache line that two cores write to. A scrape adds up the slots of all threads.
//!
//! # Layout in memory
//!
//! ```text
//! site or series: number ──┐
//! TABLE (thread-local) ────┴─> a `Place` for each number ─> slots of the series on this thread, in chunks of up to 16 KiB
//!                                                             │  at the start of a cache line; native ones a word later
//! Block (of the series): the slots of running threads ────────┘
//!                        common slots, for what all other threads counted
//!
//! slots: owner | begun | nanoseconds | outcomes: finished.., panic, cancelled | errors by kind | buckets, the last one for +Inf
//! ```
//!
//! `layout.rs` lists the variants of the slots. A thread needs memory for the slots of its series, and a word for each number up to the largest of them. When
//! it ends, its counts are added to the common slots, and its memory is freed.
//!
//! The first eight threads of a series get slots at once. Later threads count in the common slots, under the lock of the block, until they have begun or
//! ended a call 16 times for each thread that has slots. So a thread that calls often soon gets its own slots, and hundreds of threads of a pool that
//! rarely call an operation cost neither memory nor scrape time: 512 threads with 1,000 operations use 11 MiB instead of 122.
//!
//! # Ordering
//!
//! A call adds to `begun` when it begins. When it ends, it adds to its bucket, to the nanoseconds, to its error's kind and, last and with `Release`, to
//! its outcome. A scrape reads the outcomes first, with `Acquire`, and the other slots afterwards. If it sees the end of a call, it therefore sees everything
//! that the call did before, including its beginning, even on another thread: `begun - ended`, the calls in flight, is never negative, and the buckets contain
//! every call that the outcomes contain. The count of a histogram is the sum of its buckets, so no bucket is above it. All other accesses are
//! `Relaxed`: a slot has one writer, and the outcome publishes it. Slots are not reset, because a counter must not decrease, except when the series is removed
//! the exposition, see `idle.rs`.
//!
//! The list of a series' slots is read and changed under the lock of its block: when a thread first counts in the series, when the thread ends, and while a
//! scrape adds up. So no slots are freed while they are read, and every count is in exactly one of them.
//!
//! # Limits
//!
//! - There are numbers for 2^20 series. Further series count through the facade.
//! - The calls in flight may be too high if calls end during the scrape; see `Block::in_flight`.
//! - A signal handler that interrupts an addition on its own thread and adds to the same slot may lose one of the two.

#[cfg(feature = "exporter")]
pub(crate) mod block;
#[cfg(feature = "exporter")]
mod bounds;
#[cfg(feature = "exporter")]
pub(crate) mod calls;
#[cfg(feature = "exporter")]
pub(crate) mod cells;
#[cfg(feature = "exporter")]
mod layout;
#[cfg(feature = "exporter")]
mod local;
#[cfg(feature = "exporter")]
pub(crate) mod place;
#[cfg(not(feature = "exporter"))]
#[path = "shards/no_slots.rs"]
pub(crate) mod place;
#[cfg(feature = "exporter")]
mod slots;
pub(crate) mod target;
#[cfg(all(test, feature = "exporter"))]
mod tests;
