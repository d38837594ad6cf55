//! The configuration as data.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::setting::{Setting, Thresholds};
use crate::catalogue::{self, Catalogue};
use crate::names::OutcomeClass;
use crate::promql::matcher::matcher;

/// The configuration file; all keys are optional.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// The job of the program; by default the program's name.
    pub(crate) job: Option<String>,
    /// Whether all rules select only series of this job.
    pub(crate) match_job: bool,
    /// The URL of runbooks, with `{alert}` for the alert's name.
    pub(crate) runbook: Option<String>,
    /// Labels of all alerts.
    pub(crate) labels: BTreeMap<String, String>,
    /// Whether the server stores native histograms: it scrapes protobuf.
    pub(crate) native_histograms: bool,
    /// Settings of the alerts on the program as a whole.
    pub(crate) program: Program,
    /// Thresholds for all operations.
    pub(crate) alerts: Alerts,
    /// Settings of single operations.
    pub(crate) operations: BTreeMap<String, OperationConfig>,
    /// Alerts on gauges, with their thresholds.
    pub(crate) gauges: BTreeMap<String, Thresholds>,
    /// Settings of the audit.
    pub(crate) audit: Audit,
}

/// Settings of the audit.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Audit {
    /// The minimum percentage of the weight that must be instrumented.
    pub(crate) min: Option<f64>,
    /// Patterns of modules and functions that need no metrics.
    pub(crate) ignore: Vec<String>,
}

/// Settings of one operation.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OperationConfig {
    /// Labels of its recording rules and alerts, in addition to `job`.
    pub(crate) by: Vec<String>,
    /// Outcomes that are successes.
    pub(crate) ok: Option<Vec<String>>,
    /// Outcomes that are failures.
    pub(crate) error: Option<Vec<String>>,
    /// Outcomes that are neither, and are excluded from the error ratio.
    pub(crate) ignored: Option<Vec<String>>,
    /// Its objective.
    pub(crate) objective: Option<Objective>,
    /// Its thresholds.
    pub(crate) alerts: Alerts,
}

/// An objective, which replaces that of the code.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Objective {
    /// The percentage of calls that succeed.
    pub(crate) success: Option<f64>,
    /// The latency objective.
    pub(crate) latency: Option<Latency>,
    /// The period in days.
    pub(crate) days: Option<f64>,
}

/// A latency objective.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Latency {
    /// The maximum duration; one of the histogram's bounds.
    pub(crate) seconds: f64,
    /// The percentage of calls that take at most this time.
    pub(crate) percent: f64,
}

impl From<Latency> for catalogue::Latency {
    fn from(Latency { seconds, percent }: Latency) -> Self {
        Self { seconds, percent }
    }
}

/// Thresholds. The defaults are those for all operations, then those of the tool.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Alerts {
    /// The ratio of failed calls.
    pub(crate) error_ratio: Option<Setting>,
    /// A quantile of the duration.
    pub(crate) duration: Option<Setting>,
    /// Calls in flight.
    pub(crate) in_flight: Option<Setting>,
    /// The alert on calls in flight while no call ends.
    pub(crate) stuck: Option<Setting>,
    /// The alert on a call that has been running for a long time.
    pub(crate) oldest: Option<Setting>,
    /// The share of slow polls.
    pub(crate) polls: Option<Setting>,
    /// No calls at all.
    pub(crate) idle: Option<Setting>,
    /// Calls that panic.
    pub(crate) panics: Option<Setting>,
    /// The minimum number of bad calls for an alert on the error ratio or on an objective.
    pub(crate) min_failures: Option<u64>,
}

/// Settings of the alerts on the program as a whole.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Program {
    /// Its alerts.
    pub(crate) alerts: ProgramAlerts,
}

/// The alerts on the program as a whole.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ProgramAlerts {
    /// A target cannot be scraped.
    pub(crate) target_down: Option<Setting>,
    /// Prometheus has no target of the job.
    pub(crate) absent: Option<Setting>,
    /// A target does not serve a declared family.
    pub(crate) metrics_absent: Option<Setting>,
    /// An open label has reached its cap.
    pub(crate) label_overflow: Option<Setting>,
}

impl Config {
    /// The job of the program.
    pub(crate) fn job<'a>(&'a self, catalogue: &'a Catalogue) -> &'a str {
        self.job.as_deref().unwrap_or(&catalogue.program)
    }

    /// The matcher for the jobs of all programs, if all rules have it.
    pub(crate) fn job_matcher(&self, catalogue: &Catalogue) -> Vec<String> {
        let jobs = match &self.job {
            Some(job) => vec![job.clone()],
            None => catalogue.program_names(),
        };
        self.match_job.then(|| matcher("job", ["=", "=~"], &jobs)).flatten().into_iter().collect()
    }

    /// The settings of one operation.
    pub(crate) fn of(&self, operation: &str) -> OperationConfig {
        self.operations.get(operation).cloned().unwrap_or_default()
    }

    /// Applies outcomes and objectives of the file to the catalogue.
    pub(crate) fn applied(&self, mut catalogue: Catalogue) -> Catalogue {
        if !self.native_histograms {
            // The server has the classic buckets.
            catalogue.families.iter_mut().for_each(|family| family.native = None);
        }
        for operation in &mut catalogue.operations {
            let of = self.of(&operation.name);
            if let Some(outcome) = &mut operation.outcome {
                let classes = [
                    (OutcomeClass::Ok, &of.ok),
                    (OutcomeClass::Error, &of.error),
                    (OutcomeClass::Ignored, &of.ignored),
                ];
                for (class, values) in classes {
                    if let Some(values) = values {
                        outcome.set(class, values);
                    }
                }
            }
            if let Some(said) = of.objective {
                let code = operation.objective.take();
                let (success, latency) = code.map_or((None, None), |code| (code.success, code.latency));
                operation.objective = Some(catalogue::Objective {
                    success: said.success.or(success),
                    latency: said.latency.map(Into::into).or(latency),
                });
            }
        }
        catalogue
    }
}
