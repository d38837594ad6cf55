//! What is recorded, and where it is kept until a scrape reads it.
//!
//! ```text
//! counter!("x", ..)  ──> sink ──known key?──> foreign: metrics-exporter-prometheus ─── text, parsed ───┐
//!                          │ no: fault? claims?                                                        ├─> exposition
//!                          ├──> families ──> family ──> cells (atomics)  ──┐                           │
//! #[instrumented] calls ───┼───────────────────────────> shards (blocks) ──┴── sources, added up ──────┘
//!                          └──> rejected: counted, named by the doctor
//! ```
//!
//! **Two stores.** A declared family's name, kind, HELP and bounds are known when the exporter is made, so [`families`] is a map that never
//! changes, and finding a family takes no lock. Everything else belongs to the stock recorder ([`foreign`]), whose behaviour users know. A name lives
//! in one store only.
//!
//! **A registration by hand** happens on every call, because `counter!` keeps no handle. [`sink`] checks a key once (is its name free, do its labels
//! break a format?) and remembers its hash in a table of 4,096 entries; from then on the check is one load and one comparison in front of the
//! stock recorder's own work. Keys that are rejected or need escaping are checked on every call.
//!
//! **A series in memory** is one entry of its family's ordered map:
//!
//! ```text
//! Arc<str>  a="1",b="2"  (canonical labels)  ->  created: ms | sources: none, one, or several
//!                                                               Outcome(&Block, 0), Counter(Arc<AtomicU64>), ..
//! ```
//!
//! **Locks.** A family's map is locked to add a series and to copy references to the next 128 of them; values are read and text is written after that.
//! `claims` and `rejected` are locked when a metric is seen for the first time. Nothing that a scrape locks is held for longer than such a copy, and the
//! stock recorder's locks are its own: a scrape of 100,000 series makes a recording wait for none of them.
//!
//! **Order.** Cells are read with `Relaxed`: each is a value by itself. What has to agree within one series (calls that began and calls that ended) is
//! counted in shards, whose order of reads and writes is described in `shards.rs`. A scrape is not a snapshot of several series at one instant.
//!
//! **Limits.** Series are never removed. A series that is counted both in shards and by hand is the sum of both. 10,000 distinct rejected
//! metrics are counted and 100 named.

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
pub(super) mod sink;
mod source;
pub(super) mod zero_series;
