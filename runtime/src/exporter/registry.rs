//! The registry: where recorded values are stored until a scrape reads them.
//!
//! ```text
//! counter!("x", ..)  ──> sink ──known key?──> foreign: metrics-exporter-prometheus ─── text, parsed ───┐
//!                          │ no: fault? claims?                                                        ├─> exposition
//!                          ├──> families ──> family ──> cells (atomics)  ──┐                           │
//! #[instrumented] calls ───┼───────────────────────────> shards (blocks) ──┴── sources, added up ──────┘
//!                          └──> rejected: counted, named by the doctor
//! ```
//!
//! **Two stores.** The names, kinds, HELP and bounds of declared families are known when the exporter is created, so [`families`] is a map that never changes,
//! and a look-up takes no lock. All other metrics are recorded by the stock recorder ([`foreign`]), whose behaviour users know. A name is in one store only.
//!
//! **Hand-written metrics** are registered on every call, because `counter!` stores no handle. [`sink`] checks a key once (whether its name is free and its
//! labels are valid) and stores its hash in a table of 4,096 entries. From then on the check is one load and one comparison, before the stock recorder's own
//! work. Keys that are rejected or need escaping are checked on every call.
//!
//! **A series in memory** is one entry of its family's ordered map:
//!
//! ```text
//! Arc<str>  a="1",b="2"  (canonical labels)  ->  created: ms | sources: none, one, or several
//!                                                               Outcome(&Block, 0), Counter(Arc<AtomicU64>), ..
//! ```
//!
//! **Locks.** A family's map is locked to add a series and to copy references to the next 128 series; values are read and text is written without the lock.
//! `claims` and `rejected` are locked when a metric is seen for the first time. A scrape holds a lock only for such a copy, so a recording waits at most that
//! long, however many series there are. The stock recorder has its own locks.
//!
//! **Ordering.** Cells are read with `Relaxed`, because each is independent. Values of one series that must be consistent (calls that began and calls that
//! ended) are counted in shards; `shards.rs` describes their ordering. A scrape is not a snapshot of several series at one instant.
//!
//! **Limits.** Series are removed only if their labels have `idle`, see `idle.rs`. A series that is counted both in shards and by hand-written calls is the sum of both. At most 10,000 distinct
//! rejected metrics are counted, and 100 of them are named.

mod cells;
mod claims;
#[cfg(feature = "exemplars")]
mod exemplars;
mod families;
mod family;
pub(super) mod fault;
mod foreign;
mod native;
mod rejected;
mod scale;
mod sharded;
pub(super) mod sink;
mod source;
pub(super) mod zero_series;
