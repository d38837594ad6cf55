//! The registry: where recorded values are stored until a scrape reads them.
//!
//! ```text
//!                         ┌─ known key ─> handles ──────────────────┐
//! counter!("x", ..) ─> sink                                         ├─> cells (atomics) ──┐
//!                         └─ new key: fault? claims? ─> families,   ┘                     ├── sources, added up ─> exposition
//!                                  │                    undeclared ─> family              │
//! #[instrumented] calls ───────────┼─────────────────────────────────> shards (blocks) ───┘
//!                                  └─> rejected: counted, named by the doctor
//! ```
//!
//! **Two stores of families.** The names, kinds, HELP and bounds of declared families are known when the exporter is created, so [`families`] is a map that
//! never changes, and a look-up takes no lock. The families of all other metrics are created when they are first recorded ([`undeclared`]). A name is in one
//! store only. Both consist of the same [`family`].
//!
//! **Hand-written metrics** are registered on every call, because `counter!` stores no handle. [`sink`] checks a key once (whether its name is free and its
//! labels are valid); from then on, the call finds the cell by the key's hash in [`handles`], and allocates nothing. Histograms are counted in their buckets as
//! they are recorded. A key of a declared family is looked up in its family on every call, and a key that is rejected is checked on every call.
//!
//! **A series in memory** is one row of its family's [`rows`], which are ordered by the labels:
//!
//! ```text
//! a="1",b="2"  (canonical labels, what the row before has not)  ->  created: ms | sources: none, one, or several
//!                                                                                 Outcome(&Block, 0), Counter(Arc<AtomicU64>), ..
//! ```
//!
//! **Locks.** A family's rows are locked to add a series and to copy the next block of at most 64 series; values are read and text is written without the lock.
//! `claims`, `undeclared` and `rejected` are locked when a metric is seen for the first time. A scrape holds a lock only for such a copy, and `undeclared`'s to
//! copy references to its families. The tables of `handles` are locked to read by a call and to write by a new key, but not by a scrape, so recording never
//! waits for a scrape, however many series there are.
//!
//! **Ordering.** Cells are read with `Acquire`, so that a scrape that reads a cell after its reset also sees that the value was removed. Values of one series that
//! must be consistent (calls that began and calls that ended) are counted in shards; `shards.rs` describes their ordering. A scrape is not a snapshot of several
//! series at one instant.
//!
//! **Limits.** Series are removed only if their labels have `idle`, see `idle.rs`. A series that is counted both in shards and by hand-written calls is the sum
//! of both. At most 10,000 distinct rejected metrics are counted, and 100 of them are named.

mod cells;
mod claims;
#[cfg(feature = "exemplars")]
mod exemplars;
mod families;
mod family;
pub(super) mod fault;
mod handles;
mod label_text;
mod leased;
mod leaving;
mod native;
mod rejected;
mod rows;
mod scale;
mod sharded;
pub(super) mod sink;
mod source;
mod undeclared;
pub(super) mod zero_series;
