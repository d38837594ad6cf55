//! What a file may change in rules and dashboards: the job, thresholds, objectives, what an outcome means.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::catalogue::{self, Catalogue, Kind};
use crate::error::Error;
use crate::names::OutcomeClass;
use crate::yaml;

/// The whole file; everything in it may be left out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// The job that the program is scraped as; its name, if nothing is said.
    pub(crate) job: Option<String>,
    /// The address of runbooks, with `{alert}` for the alert's name.
    pub(crate) runbook: Option<String>,
    /// Labels that every alert gets.
    pub(crate) labels: BTreeMap<String, String>,
    /// Whether the server stores native histograms: it scrapes protobuf.
    pub(crate) native_histograms: bool,
    /// Thresholds of all operations.
    pub(crate) alerts: Alerts,
    /// What differs for one operation.
    pub(crate) operations: BTreeMap<String, OperationConfig>,
    /// Gauges that are alerted on, and above what.
    pub(crate) gauges: BTreeMap<String, Thresholds>,
    /// What the audit asks for.
    pub(crate) audit: Audit,
}

/// What the audit asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Audit {
    /// The least that is instrumented, in percent of the weight.
    pub(crate) min: Option<f64>,
    /// Modules and functions that need nothing, or beginnings of such paths with `*` at the end.
    pub(crate) ignore: Vec<String>,
}

/// What differs for one operation.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OperationConfig {
    /// Labels by which it is recorded and alerted on, beside `job`.
    pub(crate) by: Vec<String>,
    /// Values of the outcome's label that are good.
    pub(crate) ok: Option<Vec<String>>,
    /// Values of the outcome's label that are failures.
    pub(crate) error: Option<Vec<String>>,
    /// Values of the outcome's label that are neither, and are left out of the error ratio.
    pub(crate) ignored: Option<Vec<String>>,
    /// What is promised of it.
    pub(crate) objective: Option<Objective>,
    /// Its thresholds.
    pub(crate) alerts: Alerts,
}

/// What is promised of an operation, in place of what the code promises.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Objective {
    /// Percent of the calls that end well.
    pub(crate) success: Option<f64>,
    /// How many of them are how fast.
    pub(crate) latency: Option<Latency>,
    /// Over how many days.
    pub(crate) days: Option<f64>,
}

/// How many calls are how fast.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Latency {
    /// At most this long; one of the histogram's bounds.
    pub(crate) seconds: f64,
    /// This many of the calls.
    pub(crate) percent: f64,
}

impl From<Latency> for catalogue::Latency {
    fn from(Latency { seconds, percent }: Latency) -> Self {
        Self { seconds, percent }
    }
}

/// The thresholds; what is left out is taken from all operations', then from the tool.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Alerts {
    /// The part of the calls that fail.
    pub(crate) error_ratio: Option<Setting>,
    /// A quantile of the durations.
    pub(crate) duration: Option<Setting>,
    /// Calls that run.
    pub(crate) in_flight: Option<Setting>,
    /// Calls that run, and none that ends.
    pub(crate) stuck: Option<Setting>,
    /// No calls at all.
    pub(crate) idle: Option<Setting>,
    /// Calls that panic.
    pub(crate) panics: Option<Setting>,
}

/// One alert: `false`, or its thresholds.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Setting {
    /// Whether there is one.
    Switch(bool),
    /// There is one, and when it fires.
    Thresholds(Thresholds),
}

/// When an alert fires.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Thresholds {
    /// Above this it is a warning.
    pub(crate) warning: Option<f64>,
    /// Above this it is critical.
    pub(crate) critical: Option<f64>,
    /// Of durations: which quantile, from 0 to 1.
    pub(crate) quantile: Option<f64>,
    /// How long it has to last, as Prometheus writes durations.
    #[serde(rename = "for")]
    pub(crate) lasts: Option<String>,
    /// The severity of an alert that has one only.
    pub(crate) severity: Option<String>,
}

impl Config {
    /// The file's content, held against the catalogue.
    pub(crate) fn read(path: Option<&Path>, catalogue: &Catalogue) -> Result<Self, Error> {
        let Some(path) = path else { return Ok(Self::default()) };
        let config = Self::read_alone(path)?;
        config.check(catalogue).map_err(|reason| Error::Config { path: path.to_owned(), reason })?;
        Ok(config)
    }

    /// The file's content, where there is no catalogue to hold it against.
    pub(crate) fn read_alone(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        yaml::read(&text).map_err(|error| Error::Config { path: path.to_owned(), reason: error.to_string() })
    }

    fn check(&self, catalogue: &Catalogue) -> Result<(), String> {
        for name in self.gauges.keys() {
            if catalogue.family(name).is_none_or(|family| family.kind != Kind::Gauge) {
                return Err(format!("there is no gauge `{name}`"));
            }
        }
        for (name, of) in &self.operations {
            let known = catalogue.operations.iter().find(|operation| operation.name == *name);
            let Some(operation) = known else {
                let names: Vec<_> = catalogue.operations.iter().map(|operation| operation.name.as_str()).collect();
                return Err(format!("there is no operation `{name}`; expected one of `{}`", names.join("`, `")));
            };
            let labels = crate::promql::queries::common_labels(catalogue, operation);
            if let Some(label) = of.by.iter().find(|label| !labels.contains(label)) {
                return Err(format!(
                    "`{name}` has no common label `{label}`; its families have `{}`",
                    labels.join("`, `")
                ));
            }
            let values = [&of.ok, &of.error, &of.ignored].into_iter().flatten().flatten();
            let label = catalogue.by_outcome(operation).and_then(|told| told.family.label(&told.outcome.label));
            let known = label.and_then(|label| label.values.known()).unwrap_or_default();
            if let Some(value) = values.into_iter().find(|value| !known.contains(value)) {
                return Err(format!("`{name}` has no outcome `{value}`; it has `{}`", known.join("`, `")));
            }
        }
        Ok(())
    }

    /// What is said of one operation.
    pub(crate) fn of(&self, operation: &str) -> OperationConfig {
        self.operations.get(operation).cloned().unwrap_or_default()
    }

    /// The catalogue with what the file says of outcomes and promises.
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

/// What an alert is given: the operation's word, then that for all, then the tool's own; nothing, if it is switched off.
pub(crate) fn thresholds(of: Option<&Setting>, all: Option<&Setting>, default: Thresholds) -> Option<Thresholds> {
    let mut settled = default;
    for setting in [all, of].into_iter().flatten() {
        match setting {
            Setting::Switch(false) if of.is_none_or(|of| matches!(of, Setting::Switch(false))) => return None,
            Setting::Switch(_) => {}
            Setting::Thresholds(said) => {
                settled.warning = said.warning.or(settled.warning);
                settled.critical = said.critical.or(settled.critical);
                settled.quantile = said.quantile.or(settled.quantile);
                settled.lasts = said.lasts.clone().or(settled.lasts);
                settled.severity = said.severity.clone().or(settled.severity);
            }
        }
    }
    Some(settled)
}
