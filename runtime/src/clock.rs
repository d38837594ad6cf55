//! The clock of calls that go through the facade, as nanoseconds since some moment.

use std::time::Duration;

/// The reading of a call that is not timed.
pub(crate) const NOT_TIMED: u64 = u64::MAX;

/// A reading of the clock, or [`NOT_TIMED`] if there is none.
#[inline]
pub(crate) fn reading() -> u64 {
    imp::since_first().map_or(NOT_TIMED, nanoseconds)
}

/// It saturates after 584 years.
#[inline]
fn nanoseconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_mul(1_000_000_000).saturating_add(u64::from(duration.subsec_nanos()))
}

/// Returns a number of nanoseconds in seconds.
#[inline]
#[allow(
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "exact up to 104 days, to a few nanoseconds above, and below 292 years"
)]
pub(crate) fn seconds(nanoseconds: u64) -> f64 {
    // A signed integer becomes a float by one instruction.
    nanoseconds.min(i64::MAX as u64) as i64 as f64 / 1e9
}

/// `std`'s monotonic clock.
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod imp {
    use std::sync::OnceLock;
    use std::time::{Duration, Instant};

    static FIRST: OnceLock<Instant> = OnceLock::new();

    #[inline]
    #[allow(clippy::unnecessary_wraps, reason = "on other platforms there may be no clock")]
    pub(super) fn since_first() -> Option<Duration> {
        Some(FIRST.get_or_init(Instant::now).elapsed())
    }
}

/// The program's clock: that of `std` panics here.
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
mod imp {
    use std::time::Duration;

    pub(super) fn since_first() -> Option<Duration> {
        super::GIVEN.get().map(|clock| clock())
    }
}

#[cfg(any(doc, all(target_family = "wasm", target_os = "unknown")))]
static GIVEN: std::sync::OnceLock<fn() -> Duration> = std::sync::OnceLock::new();

/// Sets the clock of calls on `wasm32-unknown-unknown`, where the standard library has none: a function that returns the time since some fixed moment,
/// for instance JavaScript's `performance.now()`. This function exists on that platform only.
///
/// Until it is called, calls are counted and not timed, and the HTTP layers record durations of 0. Returns `false` if the clock is set already.
///
/// ```ignore
/// metrics_instrumented::set_clock(|| Duration::from_secs_f64(performance.now() / 1e3));
/// ```
#[cfg(any(doc, all(target_family = "wasm", target_os = "unknown")))]
pub fn set_clock(clock: fn() -> Duration) -> bool {
    GIVEN.set(clock).is_ok()
}
