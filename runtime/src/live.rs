//! What is known of running calls beyond their number: how many ran at once (`peak`), since when the oldest one runs (`oldest`), and how long their futures
//! keep a thread busy (`polls`).
//!
//! Only operations that ask for it have any of this: their series count on a target of its own kind (`CallTarget::Tracked`), so that a call of any
//! other operation executes no instruction more. Both need memory that all threads write to, unlike the shards:
//!
//! ```text
//! Tracking ──> Peak     running: one counter | two windows of a minute, each with the most calls at once that was seen in it
//!     └──────> Oldest   a slab of start times: 64 chunks of 64, each allocated when a thread first needs it
//!     └──────> Polls    polls, nanoseconds and slow polls, in 16 cache lines for different threads
//! ```
//!
//! They belong to a series of a *family*, not to a site: sites that share a family share the `Peak`, because the sum of two peaks is not the peak of a sum.
//!
//! The `metrics` facade cannot express them: a gauge is what it was last set to, and nobody sets it while a call hangs. `ask` finds out whether a
//! recorder is one of this crate, which computes them when it is read. Counters of the facade are integers, so it has no seconds of polls either. Any other recorder does not get these families.

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
