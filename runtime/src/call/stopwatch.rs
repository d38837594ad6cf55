//! The duration of a call whose series is known only at its end.

use crate::clock::{self, NOT_TIMED};
#[cfg(feature = "exporter")]
use crate::ticks::{has_ticks, nanoseconds_of_ticks, ticks};

/// A start time, read from the time stamp counter if sharded calls use it: the lowest bit says so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(u64);

/// Reads the time stamp counter, if sharded calls use it. Before this crate's recorder is installed, no clock is read.
#[inline]
pub(crate) fn early_reading() -> Option<u64> {
    #[cfg(feature = "exporter")]
    if has_ticks() {
        return Some(ticks());
    }
    None
}

impl Stopwatch {
    /// One that has not started.
    pub(crate) const ZERO: Self = Self(0);

    #[inline]
    pub(crate) fn start() -> Self {
        #[cfg(feature = "exporter")]
        if has_ticks() {
            return Self(ticks() << 1 | 1);
        }
        Self::start_clock()
    }

    #[cfg_attr(feature = "exporter", cold)]
    #[inline(never)]
    fn start_clock() -> Self {
        Self(clock::reading() << 1)
    }

    /// Returns the nanoseconds since the start; 0 without a clock, or if it went backwards.
    #[inline]
    pub(crate) fn nanoseconds(self) -> u64 {
        #[cfg(feature = "exporter")]
        if self.0 & 1 == 1 {
            let elapsed = (ticks() << 1 | 1).wrapping_sub(self.0).cast_signed() >> 1;
            return nanoseconds_of_ticks(elapsed.max(0).cast_unsigned());
        }
        self.nanoseconds_of_clock()
    }

    #[cfg_attr(feature = "exporter", cold)]
    #[inline(never)]
    fn nanoseconds_of_clock(self) -> u64 {
        match clock::reading() {
            NOT_TIMED => 0,
            now => now.saturating_sub(self.0 >> 1),
        }
    }
}
