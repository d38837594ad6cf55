//! The parameters and the result of `verify`.

use super::coverage::Coverage;
use super::rule::Finding;
use crate::glob::Patterns;

/// Exceptions that the user allows.
#[derive(Debug)]
pub(crate) struct Allowed {
    /// Families that may be undeclared or missing, and are not part of the coverage.
    pub(crate) metrics: Patterns,
    /// Labels that every series may have.
    pub(crate) labels: Vec<String>,
    /// Families with more series may be missing before their first call.
    pub(crate) zero_series: u64,
}

/// The result of `verify`.
#[derive(Debug)]
pub(crate) struct Verified {
    /// How many times the target was read.
    pub(crate) scrapes: usize,
    pub(crate) findings: Vec<Finding>,
    pub(crate) coverage: Coverage,
}
