//! The clock of a tracked series: the one that its calls are timed by.

use std::sync::Arc;

use crate::atomic::{AtomicU64, Ordering};
use crate::clock;
#[cfg(feature = "exporter")]
use crate::ticks::Clock;

const MINUTE: u64 = 60_000_000_000;

/// A clock.
#[derive(Clone, Debug)]
pub(crate) enum Time {
    /// Of calls in the shards; readings are ticks.
    #[cfg(feature = "exporter")]
    Shards(&'static Clock),
    /// Of calls through the facade; readings are nanoseconds, and ahead of the clock by what a test says.
    Facade { ahead: Option<Arc<AtomicU64>> },
}

impl Time {
    /// A reading.
    pub(super) fn now(&self) -> u64 {
        match self {
            #[cfg(feature = "exporter")]
            Self::Shards(clock) => clock.reading(),
            Self::Facade { .. } => clock::reading().saturating_add(self.ahead()),
        }
    }

    /// This clock's reading at the moment when the calls' clock read this.
    pub(super) fn at_call(&self, reading: u64) -> u64 {
        reading.saturating_add(self.ahead())
    }

    /// What the calls' clock would have to have read at the beginning for a call's duration to contain the time that a test moved on meanwhile.
    pub(super) fn to_call(&self, reading: u64) -> u64 {
        reading.saturating_sub(self.ahead())
    }

    /// Nanoseconds since a reading.
    pub(super) fn nanoseconds_since(&self, since: u64) -> u64 {
        match self {
            #[cfg(feature = "exporter")]
            Self::Shards(clock) => clock.nanoseconds_since(since),
            Self::Facade { .. } => self.now().saturating_sub(since),
        }
    }

    /// The number of the minute of a reading.
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
            // Relaxed: a number of its own.
            Self::Facade { ahead } => ahead.as_ref().map_or(0, |ahead| ahead.load(Ordering::Relaxed)),
        }
    }
}
