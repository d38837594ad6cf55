//! What every measured function does, and the buckets that all histograms have.

/// What a measured function fails with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure;

/// What a measured function returns.
pub type Outcome = Result<u64, Failure>;

/// The argument that a measured function fails with.
pub const FAILS: u64 = u64::MAX;

/// Fifteen bounds, from a millisecond to 16 seconds.
pub const BOUNDS: &[f64] = &[
    0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192, 16.384,
];

/// Next to nothing, so that what is measured is what stands around it.
#[inline(always)]
pub fn work(x: u64, by: u64) -> Outcome {
    if x == FAILS { Err(Failure) } else { Ok(x.wrapping_mul(by)) }
}
