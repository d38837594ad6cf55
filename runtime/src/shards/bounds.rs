//! A histogram's bounds in nanoseconds, and the way to a duration's bucket.

/// The bounds, in their order.
#[derive(Debug)]
pub(super) struct Bounds {
    nanoseconds: Box<[u64]>,
    /// How many bounds are below every duration of so many significant bits: where the search for its bucket begins. Bounds mostly are a
    /// factor of two or more apart, so it ends after a step or two, however many there are.
    below: [u8; u64::BITS as usize + 1],
}

impl Bounds {
    /// Bounds in seconds.
    pub(super) fn new(seconds: &[f64]) -> Self {
        let nanoseconds: Box<[u64]> = seconds.iter().copied().map(nanoseconds).collect();
        let below = std::array::from_fn(|bits| {
            let least = bits.checked_sub(1).map_or(0, |shift| 1u64 << shift);
            // At most 64 bounds compile; with more, the search would only begin too early.
            u8::try_from(nanoseconds.partition_point(|bound| *bound < least)).unwrap_or(u8::MAX)
        });
        Self { nanoseconds, below }
    }

    /// The bucket of a duration. On a bound it is the lower one, for `le` is inclusive; above all of them it is that of `+Inf`.
    #[inline]
    pub(super) fn bucket(&self, nanoseconds: u64) -> usize {
        let bits = u64::BITS - nanoseconds.leading_zeros();
        let mut bucket = usize::from(self.below[bits as usize]);
        while let Some(bound) = self.nanoseconds.get(bucket)
            && nanoseconds > *bound
        {
            bucket += 1;
        }
        bucket
    }
}

/// A bound in nanoseconds, to the nearest.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it saturates, and a duration is never below 0"
)]
fn nanoseconds(seconds: f64) -> u64 {
    (seconds * 1e9).round() as u64
}

#[cfg(all(test, not(metrics_instrumented_loom)))]
mod tests {
    use super::Bounds;

    #[test]
    fn a_duration_is_in_the_first_bucket_whose_bound_is_not_below_it() {
        for seconds in [&[][..], &[1e-9], &[0.0, 1e-9, 3e-9], &[0.005, 0.01, 0.025, 2.5, 10.0], &[1e-6, 1.5e-6, 1.9e-6, 1e11]] {
            let bounds = Bounds::new(seconds);
            let around = bounds.nanoseconds.iter().flat_map(|bound| (0..3).map(move |by| (bound + by).saturating_sub(1)));
            let powers = (0..64).flat_map(|shift| [(1u64 << shift) - 1, 1 << shift]);
            for nanoseconds in around.chain(powers).chain([u64::MAX]) {
                let expected = bounds.nanoseconds.iter().filter(|bound| **bound < nanoseconds).count();
                assert_eq!(bounds.bucket(nanoseconds), expected, "{nanoseconds} ns in {seconds:?}");
            }
        }
    }
}
