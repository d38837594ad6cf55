//! The clock of calls that go through the facade: `std`'s monotonic one, as nanoseconds since the first reading.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

static FIRST: OnceLock<Instant> = OnceLock::new();

/// Nanoseconds since the first reading in this process; it saturates after 584 years.
#[inline]
pub(crate) fn now() -> u64 {
    u64::try_from(FIRST.get_or_init(Instant::now).elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// Seconds since a reading; a clock that went back gives 0.
#[inline]
pub(crate) fn seconds_since(reading: u64) -> f64 {
    Duration::from_nanos(now().saturating_sub(reading)).as_secs_f64()
}
