//! Trackers of running calls: their maximum number (`peak`), the age of the oldest call (`oldest`), and how long their futures keep a thread busy
//! (`polls`).
//!
//! Only operations with these keys have trackers: their series have a target of another kind (`CallTarget::Tracked`), so that calls of all other
//! operations execute no additional instruction. Unlike the shards, trackers need memory that all threads write to:
//!
//! ```text
//! Tracking ──> Peak     running: one counter | two windows of a minute, each with the maximum number of running calls in it
//!     └──────> Oldest   a slab of start times: 64 chunks of 64, each allocated when a thread first needs it
//!     └──────> Polls    polls, nanoseconds and slow polls, in 16 cache lines for different threads
//! ```
//!
//! A tracker belongs to a series of a *family*, not to a site: sites that share a family share the `Peak`, because the sum of two peaks is not the peak of the
//! sum.
//!
//! The `metrics` facade cannot express these values: a gauge keeps the value that was last set, and nothing sets it while a call hangs; counters are integers,
//! and the time of polls is in seconds. `ask` determines whether a recorder is one of this crate, which computes the values when it is read. Other recorders
//! do not get these families.

pub(crate) mod ask;
pub(crate) mod oldest;
pub(crate) mod peak;
pub(crate) mod polls;
pub(crate) mod seen;
#[cfg(feature = "exporter")]
pub(crate) mod shared;
mod slab;
pub(crate) mod time;
pub(crate) mod tracking;
