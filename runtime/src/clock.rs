//! The clock of calls that go through the facade: `std`'s monotonic one, as nanoseconds since the first reading.

use std::sync::OnceLock;
use std::time::Instant;

/// The reading of a call that is not timed.
pub(crate) const NOT_TIMED: u64 = u64::MAX;

/// Whether there is a clock. On `wasm32-unknown-unknown`, `Instant::now` panics, so calls are counted there but not timed.
pub(crate) const EXISTS: bool = !cfg!(all(target_family = "wasm", target_os = "unknown"));

static FIRST: OnceLock<Instant> = OnceLock::new();

/// Nanoseconds since the first reading in this process; it saturates after 584 years.
#[inline]
pub(crate) fn now() -> u64 {
    let since_first = FIRST.get_or_init(Instant::now).elapsed();
    since_first.as_secs().saturating_mul(1_000_000_000).saturating_add(u64::from(since_first.subsec_nanos()))
}

/// Seconds since a reading; 0 if the clock went backwards.
#[inline]
pub(crate) fn seconds_since(reading: u64) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "exact up to 104 days, and to a few nanoseconds above")]
    let nanoseconds = now().saturating_sub(reading) as f64;
    nanoseconds / 1e9
}
