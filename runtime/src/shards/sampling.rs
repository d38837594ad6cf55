//! Which calls of an operation with `duration(sample = n)` are timed.
//!
//! The number of calls between two that are timed is drawn from a geometric distribution, as if each call were timed with the same probability,
//! whatever happened before: a workload with a period cannot fall in step with it. A call that is not timed is counted with the duration of the last one of its
//! thread that was. So a timed call stands for itself and for the calls up to the next one, a number that was drawn without looking at its
//! duration. Each bucket and the sum are unbiased estimates, and the count is that of the calls.
//!
//! The first calls of a thread are timed more often, see [`mean`]: a thread with few calls would be represented by its first one, which is often slow.

use std::cell::Cell;
use std::hash::{BuildHasher, RandomState};

thread_local! {
    /// The state of this thread's generator, 0 until it has one. Without a destructor, so that it can be used to the very end of the thread.
    static STATE: Cell<u64> = const { Cell::new(0) };
}

/// How many calls after the `begun`th of a thread, which is timed, are not; one in `calls` is timed on average.
pub(super) fn gap(calls: u64, begun: u64) -> u64 {
    let mut random = Random(STATE.get());
    if random.0 == 0 {
        // `RandomState` has keys of its own for each thread. The generator must not start with 0.
        random = Random(RandomState::new().hash_one(0) | 1);
    }
    let gap = random.geometric(mean(calls, begun));
    STATE.set(random.0);
    gap
}

/// The average distance of two timed calls around the `begun`th: it grows from 1 by an eighth of the calls that the thread made.
#[allow(clippy::cast_precision_loss, reason = "an average")]
fn mean(calls: u64, begun: u64) -> f64 {
    (1.0 + (begun as f64 - 1.0).max(0.0) / 8.0).min(calls as f64)
}

/// Marsaglia's `xorshift64*`.
struct Random(u64);

impl Random {
    /// Below 1, and above 0.
    #[allow(clippy::cast_precision_loss, reason = "the upper 52 bits, and a half")]
    fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let bits = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 12;
        (bits as f64 + 0.5) / (1u64 << 52) as f64
    }

    /// The number of failures before the first success, which has the probability 1 / `mean`; on average `mean - 1`.
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
