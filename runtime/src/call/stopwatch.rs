//! The duration of a call whose series is known only at its end.

use crate::clock;
#[cfg(feature = "exporter")]
use crate::ticks::{has_ticks, nanoseconds_since_ticks, ticks};

/// A start time, read from the time stamp counter if sharded calls use it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stopwatch {
    #[cfg(feature = "exporter")]
    Ticks(u64),
    Clock(u64),
}

impl Stopwatch {
    #[inline]
    pub(crate) fn start() -> Self {
        #[cfg(feature = "exporter")]
        if has_ticks() {
            return Self::Ticks(ticks());
        }
        Self::Clock(clock::reading())
    }

    /// Returns the nanoseconds since the start; 0 without a clock, or if it went backwards.
    #[inline]
    pub(crate) fn nanoseconds(self) -> u64 {
        match self {
            #[cfg(feature = "exporter")]
            Self::Ticks(start) => nanoseconds_since_ticks(start),
            Self::Clock(start) => clock::reading().saturating_sub(start),
        }
    }
}
