//! The clock of sharded calls: the processor's time stamp counter where `quanta` finds one that runs evenly, the system's monotonic clock
//! elsewhere.

use std::sync::OnceLock;

#[cfg(not(miri))]
use quanta::Clock as Counter;
#[cfg(miri)]
use system::Counter;

static CLOCK: OnceLock<Clock> = OnceLock::new();

/// A counter, and how long one tick of it is: `quanta`'s own figure, as a factor with a constant shift. Its shift of 128 bits by a variable is microcode on
/// some processors, and costs a call there a quarter of what reading the counter does.
#[derive(Debug)]
pub(crate) struct Clock {
    counter: Counter,
    /// Nanoseconds of a tick, in parts of 2^-[`SHIFT`].
    factor: u64,
}

/// Small enough for ticks of up to 256 ns, large enough to know a tick to 2^-56 ns.
const SHIFT: u32 = 56;

impl Clock {
    /// The process's clock. The first time it finds out how fast the counter runs, which takes up to 200 ms; done at installation, so that no
    /// call has to wait for it.
    #[inline]
    pub(crate) fn get() -> &'static Self {
        CLOCK.get_or_init(|| {
            let counter = Counter::new();
            let factor = counter.delta_as_nanos(0, 1 << SHIFT);
            Self { counter, factor }
        })
    }

    /// A reading of the counter, in ticks.
    #[inline]
    pub(crate) fn reading(&self) -> u64 {
        self.counter.raw()
    }

    /// Nanoseconds since a reading. A counter that went back, say on another core, gives 0.
    #[inline]
    pub(crate) fn nanoseconds_since(&self, since: u64) -> u64 {
        self.nanoseconds(self.counter.raw().saturating_sub(since))
    }

    /// Nanoseconds of a number of ticks.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "a duration of 584 years does not occur")]
    pub(crate) fn nanoseconds(&self, ticks: u64) -> u64 {
        ((u128::from(ticks) * u128::from(self.factor)) >> SHIFT) as u64
    }
}

/// The system's clock, for Miri, which has no instruction that says what the processor can do.
#[cfg(miri)]
mod system {
    #[derive(Debug)]
    pub(super) struct Counter;

    impl Counter {
        pub(super) fn new() -> Self {
            Self
        }

        #[allow(clippy::unused_self, reason = "as that of `quanta`")]
        pub(super) fn raw(&self) -> u64 {
            crate::clock::now()
        }

        #[allow(clippy::unused_self, reason = "as that of `quanta`")]
        pub(super) fn delta_as_nanos(&self, start: u64, end: u64) -> u64 {
            end - start
        }
    }
}

#[cfg(all(test, not(metrics_instrumented_loom)))]
mod tests {
    use super::Clock;

    /// The factor is truncated, so a duration may be a nanosecond short, and by one more in every 2^48.
    #[test]
    fn ticks_are_as_long_as_quanta_says() {
        let clock = Clock::get();
        for ticks in [0, 1, 2, 3, 1_000, 1_001, 123_456_789, 1 << 40, (1 << 50) + 12_345] {
            let (ours, theirs) = (clock.nanoseconds(ticks), clock.counter.delta_as_nanos(0, ticks));
            assert!(ours <= theirs && theirs - ours <= 1 + (theirs >> 48), "{ticks} ticks: {ours} ns and {theirs} ns");
        }
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing() {
        assert_eq!(Clock::get().nanoseconds_since(u64::MAX), 0);
    }
}
