//! A histogram's bounds in nanoseconds.

use crate::names::MAX_BUCKETS;

/// The bounds in increasing order, and an index of where to start the search.
#[derive(Debug)]
pub(super) struct Bounds {
    bounds: Box<[u64]>,
    /// For each position of a duration's highest bit: the number of bounds that are below all durations with that highest bit. A byte is enough for
    /// [`MAX_BUCKETS`] bounds.
    first: [u8; u64::BITS as usize],
}

const _: () = assert!(MAX_BUCKETS <= u8::MAX as usize);

impl Bounds {
    /// Converts bounds in seconds.
    #[allow(clippy::cast_possible_truncation, reason = "at most MAX_BUCKETS bounds are declared")]
    pub(super) fn new(seconds: &[f64]) -> Self {
        let bounds: Box<[u64]> = seconds.iter().copied().map(nanoseconds).collect();
        let first = std::array::from_fn(|digit| {
            let least = if digit == 0 { 0 } else { 1u64 << digit };
            bounds.partition_point(|bound| *bound < least) as u8
        });
        Self { bounds, first }
    }

    /// Returns the bucket of a duration. A duration equal to a bound is in that bound's bucket, because `le` is inclusive; above all bounds it is in `+Inf`.
    ///
    /// The highest bit determines where the search starts. Bounds with the same highest bit are compared one by one; usually there is at most one.
    #[inline]
    pub(super) fn bucket(&self, nanoseconds: u64) -> usize {
        // Zero has no highest bit; `| 1` makes its search start at the first bound.
        let mut bucket = usize::from(self.first[(nanoseconds | 1).ilog2() as usize]);
        while let Some(bound) = self.bounds.get(bucket)
            && nanoseconds > *bound
        {
            bucket += 1;
        }
        bucket
    }
}

/// A bound in nanoseconds, rounded.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and bounds below 0 count as 0"
)]
pub(super) fn nanoseconds(seconds: f64) -> u64 {
    (seconds * 1e9).round() as u64
}

#[cfg(all(test, not(metrics_instrumented_loom)))]
mod tests {
    use super::Bounds;

    #[test]
    fn a_duration_is_in_the_first_bucket_whose_bound_is_at_least_the_duration() {
        for seconds in
            [&[][..], &[1e-9], &[0.0, 1e-9, 3e-9], &[0.005, 0.01, 0.025, 2.5, 10.0], &[1e-6, 1.5e-6, 1.9e-6, 1e11]]
        {
            let bounds = Bounds::new(seconds);
            let around =
                bounds.bounds.iter().flat_map(|bound| (0..3).map(move |by| bound.saturating_add(by).saturating_sub(1)));
            let powers = (0..64).flat_map(|shift| [(1u64 << shift) - 1, 1 << shift]);
            for nanoseconds in around.chain(powers).chain([u64::MAX]) {
                let expected = bounds.bounds.iter().filter(|bound| **bound < nanoseconds).count();
                assert_eq!(bounds.bucket(nanoseconds), expected, "{nanoseconds} ns in {seconds:?}");
            }
        }
    }
}
