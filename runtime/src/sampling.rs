//! Which calls of an operation with `duration(sample = n)` are timed, and how the others are counted.
//!
//! The number of calls between two timed ones is drawn from a geometric distribution, as if each call were timed with the same probability, independent of
//! all others, so a periodic workload does not bias the sample. A call that is not timed is counted with the duration of the last timed call of its thread (if
//! durations are counted by outcome, the last one with its outcome). So a timed call represents itself and the calls up to the next timed one, and their number
//! is drawn independently of its duration. Each bucket and the sum are unbiased estimates, and the count is the number of calls.
//!
//! The first calls of a thread are timed more often, see [`mean`]: a thread with few calls would be represented by its first one, which is often slow.

use std::cell::Cell;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::Ordering::Relaxed;

use metrics::atomics::AtomicU64;

thread_local! {
    /// The state of this thread's random number generator, 0 until it is seeded. It has no destructor, so it can be used until the thread has ended.
    static STATE: Cell<u64> = const { Cell::new(0) };
}

/// Draws how many calls after the `begun`th of a thread, which is timed, are not timed; on average one in `calls` is.
pub(crate) fn gap(calls: u64, begun: u64) -> u64 {
    let mut random = Random(STATE.get());
    if random.0 == 0 {
        // `RandomState` has different keys in each thread. The generator must not start with 0.
        random = Random(RandomState::new().hash_one(0) | 1);
    }
    let gap = random.geometric(mean(calls, begun));
    STATE.set(random.0);
    gap
}

/// Returns the average distance of timed calls after the `begun`th: it begins with 1 and grows by an eighth for each call of the thread.
#[allow(clippy::cast_precision_loss, reason = "an average")]
fn mean(calls: u64, begun: u64) -> f64 {
    (1.0 + (begun as f64 - 1.0).max(0.0) / 8.0).min(calls as f64)
}

/// The state of a series whose calls go through the facade. Unlike in the shards, all threads share it, and two concurrent calls may both be timed.
#[derive(Debug)]
pub(crate) struct Shared {
    calls: u64,
    begun: AtomicU64,
    gap: AtomicU64,
    /// The bits of the last duration in seconds of each histogram; 0 until there is one.
    last: Box<[AtomicU64]>,
}

impl Shared {
    /// Creates the state of a series of which one in `calls` calls is timed, with this number of histograms.
    pub(crate) fn new(calls: u64, histograms: usize) -> Self {
        let last = (0..histograms).map(|_| AtomicU64::new(0)).collect();
        Self { calls, begun: AtomicU64::new(0), gap: AtomicU64::new(0), last }
    }

    /// Whether the call that begins now is timed.
    pub(crate) fn is_timed(&self) -> bool {
        // Relaxed, here and below: no other memory depends on these numbers.
        let begun = self.begun.fetch_add(1, Relaxed) + 1;
        let is_timed = self.gap.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_err();
        if is_timed {
            self.gap.store(gap(self.calls, begun), Relaxed);
        }
        is_timed
    }

    /// Returns the seconds that a call is counted with in this histogram; `None` if no call has been timed there.
    pub(crate) fn represented(&self, seconds: Option<f64>, histogram: usize) -> Option<f64> {
        let last = self.last.get(histogram)?;
        if let Some(seconds) = seconds {
            last.store(seconds.max(f64::MIN_POSITIVE).to_bits(), Relaxed);
            return Some(seconds);
        }
        Some(f64::from_bits(last.load(Relaxed))).filter(|seconds| *seconds > 0.0)
    }
}

/// Marsaglia's `xorshift64*`.
struct Random(u64);

impl Random {
    /// Returns a number between 0 and 1, both exclusive.
    #[allow(clippy::cast_precision_loss, reason = "the upper 52 bits, and a half")]
    fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let bits = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 12;
        (bits as f64 + 0.5) / (1u64 << 52) as f64
    }

    /// Returns the number of failures before the first success, if a success has the probability 1 / `mean`; on average `mean - 1`.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a quotient of two negative numbers; it saturates"
    )]
    fn geometric(&mut self, mean: f64) -> u64 {
        if mean <= 1.0 {
            return 0;
        }
        (self.uniform().ln() / (-1.0 / mean).ln_1p()) as u64
    }
}

#[cfg(all(test, not(metrics_instrumented_loom)))]
#[allow(clippy::cast_precision_loss, reason = "small numbers")]
mod tests {
    use super::{Random, Shared, mean};

    const DRAWS: u32 = if cfg!(miri) { 500 } else { 100_000 };

    /// Averages of the distances and of their squares, for many seeds: four standard errors are enough for one failure in ten thousand runs, and each
    /// seed is always the same.
    #[test]
    fn distances_have_the_average_and_the_spread_of_a_geometric_distribution() {
        for seed in 1..=20u64 {
            for distance in [2.0, 10.0, 100.0] {
                let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
                let gaps: Vec<f64> = (0..DRAWS).map(|_| random.geometric(distance) as f64).collect();
                let average = gaps.iter().sum::<f64>() / f64::from(DRAWS);
                let variance = gaps.iter().map(|gap| (gap - average).powi(2)).sum::<f64>() / f64::from(DRAWS);
                let expected = distance * (distance - 1.0);
                let error = 4.0 * (expected / f64::from(DRAWS)).sqrt();
                assert!((average - (distance - 1.0)).abs() < error, "{seed}: {average} of {distance}");
                // The fourth moment of a geometric distribution is about 9 times the squared variance.
                let error = 4.0 * expected * (9.0 / f64::from(DRAWS)).sqrt();
                assert!((variance - expected).abs() < error, "{seed}: {variance} of {expected}");
            }
        }
    }

    #[test]
    fn the_first_calls_are_timed_more_often() {
        assert!((mean(100, 1) - 1.0).abs() < f64::EPSILON);
        assert!((mean(100, 81) - 11.0).abs() < f64::EPSILON);
        assert!((mean(100, 100_000) - 100.0).abs() < f64::EPSILON);
        assert!((mean(2, 1_000) - 2.0).abs() < f64::EPSILON);
        assert_eq!(Random(1).geometric(1.0), 0);
    }

    #[test]
    fn calls_through_the_facade_are_counted_with_the_last_duration() {
        let shared = Shared::new(10, 2);
        assert!(shared.is_timed());
        assert_eq!(shared.represented(None, 0), None);
        assert_eq!(shared.represented(Some(2.5), 0), Some(2.5));
        assert_eq!((shared.represented(None, 0), shared.represented(None, 1)), (Some(2.5), None));
        let timed = (0..10_000).filter(|_| shared.is_timed()).count();
        assert!((800..1_400).contains(&timed), "{timed}");
    }
}
