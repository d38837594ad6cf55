//! The clock of sharded calls: the processor's time stamp counter if `quanta` finds that it is invariant, and the system's monotonic clock
//! otherwise.

use std::sync::OnceLock;

#[cfg(not(miri))]
use quanta::Clock as Counter;
#[cfg(miri)]
use system::Counter;

static CLOCK: OnceLock<Clock> = OnceLock::new();

/// The counter, and the duration of one tick: `quanta`'s value, converted to a factor with a constant shift. `quanta` shifts 128 bits by a variable, which is
/// microcoded on some processors and costs a quarter as much as reading the counter.
#[derive(Debug)]
pub(crate) struct Clock {
    counter: Counter,
    /// Nanoseconds of a tick, in parts of 2^-[`SHIFT`].
    factor: u64,
}

/// Allows ticks of up to 4096 ns (some ARM boards count at 1 MHz), with a precision of 2^-52 ns.
const SHIFT: u32 = 52;

impl Clock {
    /// The process's clock. The first use calibrates the counter, which takes up to 200 ms. The installation does it, so that no call waits for it.
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

/// The system's clock, for Miri, which does not support `cpuid`.
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
            crate::clock::reading()
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

    /// The factor is truncated, so a duration may be too short by 1 ns, and by another 1 ns for every 2^48 ns.
    #[test]
    fn ticks_have_the_duration_that_quanta_computes() {
        let clock = Clock::get();
        for ticks in [0, 1, 2, 3, 1_000, 1_001, 123_456_789, 1 << 40, (1 << 50) + 12_345] {
            let (ours, theirs) = (clock.nanoseconds(ticks), clock.counter.delta_as_nanos(0, ticks));
            assert!(ours <= theirs && theirs - ours <= 1 + (theirs >> 48), "{ticks} ticks: {ours} ns and {theirs} ns");
        }
    }

    #[test]
    fn a_clock_that_goes_backwards_gives_zero() {
        assert_eq!(Clock::get().nanoseconds_since(u64::MAX), 0);
    }
}
