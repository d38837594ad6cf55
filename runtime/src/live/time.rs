//! The clock of a tracked series, which also times its calls.

use std::sync::Arc;

use crate::atomic::{AtomicU64, Ordering};
use crate::clock;
#[cfg(feature = "exporter")]
use crate::ticks::Clock;

const MINUTE: u64 = 60_000_000_000;

/// A clock.
#[derive(Clone, Debug)]
pub(crate) enum Time {
    /// The clock of calls in the shards; readings are ticks.
    #[cfg(feature = "exporter")]
    Shards(&'static Clock),
    /// The clock of calls through the facade; readings are nanoseconds, and ahead of the clock by the time that a test advanced.
    Facade { ahead: Option<Arc<AtomicU64>> },
}

impl Time {
    /// Reads the clock.
    pub(crate) fn now(&self) -> u64 {
        match self {
            #[cfg(feature = "exporter")]
            Self::Shards(clock) => clock.reading(),
            Self::Facade { .. } => clock::reading().saturating_add(self.ahead()),
        }
    }

    /// Converts a reading of the calls' clock to this clock.
    pub(super) fn at_call(&self, reading: u64) -> u64 {
        reading.saturating_add(self.ahead())
    }

    /// Converts a call's start time to the calls' clock, so that the duration includes the time that a test advanced meanwhile.
    pub(super) fn to_call(&self, reading: u64) -> u64 {
        reading.saturating_sub(self.ahead())
    }

    /// Returns the nanoseconds since a reading.
    pub(super) fn nanoseconds_since(&self, since: u64) -> u64 {
        match self {
            #[cfg(feature = "exporter")]
            Self::Shards(clock) => clock.nanoseconds_since(since),
            Self::Facade { .. } => self.now().saturating_sub(since),
        }
    }

    /// Returns the number of the minute of a reading.
    pub(super) fn minute(&self, reading: u64) -> u32 {
        let nanoseconds = match self {
            #[cfg(feature = "exporter")]
            Self::Shards(clock) => clock.nanoseconds(reading),
            Self::Facade { .. } => reading,
        };
        u32::try_from(nanoseconds / MINUTE).unwrap_or(u32::MAX)
    }

    fn ahead(&self) -> u64 {
        match self {
            #[cfg(feature = "exporter")]
            Self::Shards(_) => 0,
            // Relaxed: no other memory depends on it.
            Self::Facade { ahead } => ahead.as_ref().map_or(0, |ahead| ahead.load(Ordering::Relaxed)),
        }
    }
}
