//! The body of the measured functions.

/// The error of a measured function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure;

/// What a measured function returns.
pub type Outcome = Result<u64, Failure>;

/// The argument that a measured function fails with.
pub const FAILS: u64 = u64::MAX;

/// Does almost nothing, so that the code around it is measured.
#[inline(always)]
pub fn work(x: u64, by: u64) -> Outcome {
    if x == FAILS { Err(Failure) } else { Ok(x.wrapping_mul(by)) }
}
