//! The atomics of shards and of running calls, and the lock of idle values: `loom`'s when the order of reads and writes is explored (`scripts/loom`).

#[cfg(metrics_instrumented_loom)]
pub(crate) use loom::sync::RwLock;
#[cfg(metrics_instrumented_loom)]
pub(crate) use loom::sync::atomic::{AtomicU64, Ordering};
#[cfg(not(metrics_instrumented_loom))]
pub(crate) use metrics::atomics::AtomicU64;
#[cfg(not(metrics_instrumented_loom))]
pub(crate) use std::sync::RwLock;
#[cfg(not(metrics_instrumented_loom))]
pub(crate) use std::sync::atomic::Ordering;
