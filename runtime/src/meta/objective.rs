//! An objective (SLO) of an operation.

/// An objective; 0 stands for a part that is not set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Objective {
    /// Percentage of the calls that succeed.
    pub success: f64,
    /// A duration in seconds, one of the histogram's bounds.
    pub latency: f64,
    /// Percentage of the calls that take no longer than `latency`.
    pub percent: f64,
}
