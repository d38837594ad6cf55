//! Per-thread counts of operations, for calls while the process-wide recorder is ours.
//!
//! Every thread has slots of its own for each series that it counts in, and is the only one that writes to them. A call therefore costs plain loads and
//! stores: no lock, no read-modify-write, no allocation, and no cache line that two cores write to. A scrape adds the slots of all threads up.
//!
//! # Layout in memory
//!
//! ```text
//! site or series: number ──┐
//! TABLE (thread-local) ────┴─> a word for each number ──> slots of the series on this thread, in chunks of up to 16 KiB
//!                                                             │  at the start of a cache line
//! Block (of the series): the slots of running threads ────────┘
//!                        common slots, for what all other threads counted
//!
//! slots: owner | begun | nanoseconds | outcomes: finished.., panic, cancelled | errors by kind | buckets, the last one for +Inf
//! ```
//!
//! A thread with slots pays for the series that it calls, and for a word for each number up to the largest of them. When it ends, its counts are added to the
//! common slots, and its memory is freed.
//!
//! The first eight threads of a series get slots at once. A thread that comes later counts in the common slots, under the lock of the block, until it has
//! begun or ended a call 16 times for each thread that has slots. So a thread that calls often is soon on its own, and the hundreds of threads of a pool that
//! call an operation now and then cost neither memory nor time of a scrape: 512 threads with 1,000 operations keep 11 MiB instead of 122.
//!
//! # Ordering
//!
//! A call adds to `begun` when it starts. When it ends it adds to its bucket, to the nanoseconds, to its error's kind and, last and with `Release`, to
//! its outcome. A scrape reads the outcomes first, with `Acquire`, and the rest after them. An end that it saw therefore brings everything that happened before
//! it, the beginning included, whichever thread that was on: `begun - ended`, the calls in flight, is never negative, and the buckets contain
//! every call that the outcomes do. The count of a histogram is the sum of its buckets, so no bucket is above it. All other accesses are
//! `Relaxed`: a slot has one writer, and the outcome publishes it. Slots are not
//! reset, because a counter must not go back, except when the series leaves the exposition, see `idle.rs`.
//!
//! Which slots a series has is read and changed under the lock of its block: when a thread first counts in it, when the thread ends, and during the sums of a
//! scrape. So no slots are freed while they are read, and what a thread counted is in exactly one place.
//!
//! # Limits
//!
//! - There are numbers for 2^20 series. Those beyond count through the facade.
//! - The calls in flight may be too high while calls end during the reading; see `Block::in_flight`.
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
