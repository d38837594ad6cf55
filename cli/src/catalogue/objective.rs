//! Objectives (SLOs) of operations.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The objective (SLO) of an operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Objective {
    /// The percentage of calls that succeed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) success: Option<f64>,
    /// The latency objective.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) latency: Option<Latency>,
}

/// A latency objective.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Latency {
    /// The maximum duration; one of the histogram's bounds.
    pub(crate) seconds: f64,
    /// The percentage of calls that take at most this time.
    pub(crate) percent: f64,
}

impl fmt::Display for Objective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let success = self.success.map(|percent| format!("{percent} % of the calls succeed"));
        let latency = self.latency.map(|Latency { seconds, percent }| format!("{percent} % take at most {seconds} s"));
        let parts: Vec<String> = success.into_iter().chain(latency).collect();
        f.write_str(&parts.join(", and "))
    }
}
