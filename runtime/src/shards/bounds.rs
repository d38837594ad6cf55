//! A histogram's bounds in nanoseconds.

const STRIDE: usize = 4;

/// The bounds, in their order.
#[derive(Debug)]
pub(super) struct Bounds(Box<[u64]>);

impl Bounds {
    /// Bounds in seconds.
    pub(super) fn new(seconds: &[f64]) -> Self {
        Self(seconds.iter().copied().map(nanoseconds).collect())
    }

    /// The bucket of a duration. On a bound it is the lower one, for `le` is inclusive; above all of them it is that of `+Inf`.
    ///
    /// Branches, in two strides: a function's calls mostly take about as long as the last one, so that the processor knows the way and goes on
    /// before it knows the duration. A binary search it has to wait for, which costs a call twice as much as this one does.
    #[inline]
    pub(super) fn bucket(&self, nanoseconds: u64) -> usize {
        let strides = self.0.chunks_exact(STRIDE).take_while(|stride| nanoseconds > stride[STRIDE - 1]);
        let mut bucket = STRIDE * strides.count();
        while let Some(bound) = self.0.get(bucket)
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
        for seconds in
            [&[][..], &[1e-9], &[0.0, 1e-9, 3e-9], &[0.005, 0.01, 0.025, 2.5, 10.0], &[1e-6, 1.5e-6, 1.9e-6, 1e11]]
        {
            let bounds = Bounds::new(seconds);
            let around =
                bounds.0.iter().flat_map(|bound| (0..3).map(move |by| bound.saturating_add(by).saturating_sub(1)));
            let powers = (0..64).flat_map(|shift| [(1u64 << shift) - 1, 1 << shift]);
            for nanoseconds in around.chain(powers).chain([u64::MAX]) {
                let expected = bounds.0.iter().filter(|bound| **bound < nanoseconds).count();
                assert_eq!(bounds.bucket(nanoseconds), expected, "{nanoseconds} ns in {seconds:?}");
            }
        }
    }
}
