//! What `verify` is given and what it returns.

use super::coverage::Coverage;
use super::rule::Finding;
use crate::glob::Patterns;

/// What the target may serve beside the catalogue.
#[derive(Debug)]
pub(crate) struct Allowed {
    /// Metrics that the code does not declare.
    pub(crate) metrics: Patterns,
    /// Labels on every series.
    pub(crate) labels: Vec<String>,
}

/// What was found.
#[derive(Debug)]
pub(crate) struct Verified {
    /// How many times the target was read.
    pub(crate) scrapes: usize,
    pub(crate) findings: Vec<Finding>,
    pub(crate) coverage: Coverage,
}
