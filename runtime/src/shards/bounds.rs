//! A histogram's bounds in nanoseconds.

use std::fmt;

use crate::names::MAX_BUCKETS;

/// As many values as a byte has, so that an index that is a byte needs no check.
const BYTE: usize = 1 << u8::BITS;

/// How many bounds the search skips at a time.
const STRIDE: u8 = 4;

/// The bounds in their order, and then the largest number: no duration is above it, so the search needs no check for the end.
pub(super) struct Bounds([u64; BYTE]);

const _: () = assert!(MAX_BUCKETS < BYTE - STRIDE as usize);

impl Bounds {
    /// Bounds in seconds.
    pub(super) fn new(seconds: &[f64]) -> Self {
        let mut bounds = [u64::MAX; BYTE];
        for (bound, seconds) in bounds.iter_mut().zip(seconds.iter().take(MAX_BUCKETS)) {
            *bound = nanoseconds(*seconds);
        }
        Self(bounds)
    }

    /// The bucket of a duration. On a bound it is the lower one, because `le` is inclusive; above all of them it is that of `+Inf`.
    ///
    /// Every fourth bound is compared, and then those in between. The search consists of branches only, which the processor predicts: a bucket that is
    /// computed from the duration (by leading zeros and a table) makes the address of its counter wait for the clock, and the clock of the next call for that
    /// address. It takes fewer instructions and 7 ns more.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    #[allow(clippy::cast_lossless, reason = "in debug builds, `from` is a function call")]
    pub(super) fn bucket(&self, nanoseconds: u64) -> usize {
        let mut bound = 0u8;
        // Neither loop wraps: no duration is above the last bounds.
        while nanoseconds > self.0[(bound | (STRIDE - 1)) as usize] {
            bound = bound.wrapping_add(STRIDE);
        }
        while nanoseconds > self.0[bound as usize] {
            bound = bound.wrapping_add(1);
        }
        bound as usize
    }
}

impl fmt::Debug for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().take_while(|bound| **bound != u64::MAX)).finish()
    }
}

/// A bound in nanoseconds, to the nearest. The largest number is not a bound, but the end of them.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it saturates, and a duration is never below 0"
)]
pub(super) fn nanoseconds(seconds: f64) -> u64 {
    (seconds * 1e9).round() as u64
}

#[cfg(all(test, not(metrics_instrumented_loom)))]
mod tests {
    use super::Bounds;

    #[test]
    fn a_duration_is_counted_in_the_first_bucket_whose_bound_is_not_below_it() {
        for seconds in
            [&[][..], &[1e-9], &[0.0, 1e-9, 3e-9], &[0.005, 0.01, 0.025, 2.5, 10.0], &[1e-6, 1.5e-6, 1.9e-6, 1e11]]
        {
            let bounds = Bounds::new(seconds);
            let declared = &bounds.0[..seconds.len()];
            let around =
                declared.iter().flat_map(|bound| (0..3).map(move |by| bound.saturating_add(by).saturating_sub(1)));
            let powers = (0..64).flat_map(|shift| [(1u64 << shift) - 1, 1 << shift]);
            for nanoseconds in around.chain(powers).chain([u64::MAX]) {
                let expected = declared.iter().filter(|bound| **bound < nanoseconds).count();
                assert_eq!(bounds.bucket(nanoseconds), expected, "{nanoseconds} ns in {seconds:?}");
            }
        }
    }

    /// As many as may be declared, all within one power of two, so that the search compares all of them.
    #[test]
    fn the_longest_list_of_bounds_is_searched_to_its_end() {
        #[allow(clippy::cast_precision_loss, reason = "small numbers")]
        let seconds: Vec<f64> = (0..64).map(|at| 1e-6 + f64::from(at) * 1e-9).collect();
        let bounds = Bounds::new(&seconds);
        for at in 0..64 {
            assert_eq!(bounds.bucket(1_000 + at), usize::try_from(at).unwrap());
        }
        assert_eq!(bounds.bucket(1_064), 64);
        assert_eq!(bounds.bucket(u64::MAX), 64);
    }
}
