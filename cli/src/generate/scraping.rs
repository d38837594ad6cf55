//! Scrape configuration: a `ServiceMonitor`, or a job for Prometheus' configuration.

use serde_json::{Value, json};

use super::kubernetes;
use super::yaml::yaml;
use crate::catalogue::Catalogue;
use crate::promql::duration::milliseconds;

/// Labels that the operator adds to every target. They override the program's own labels unless `honorLabels` is set.
const TARGET_LABELS: &[&str] = &["namespace", "pod", "service", "endpoint", "container"];

/// The path and the interval of scrapes.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Scrape {
    /// Scrape interval, in Prometheus' syntax
    #[arg(long, default_value = "30s", value_name = "DURATION", value_parser = interval)]
    pub(crate) interval: String,
    /// Path of the metrics
    #[arg(long, default_value = "/metrics")]
    pub(crate) path: String,
}

fn interval(text: &str) -> Result<String, &'static str> {
    milliseconds(text).map(|_| text.to_owned()).ok_or("write a duration such as `30s` or `1m`")
}

/// A `ServiceMonitor` of the Prometheus operator.
pub(crate) fn service_monitor(catalogue: &Catalogue, scrape: &Scrape, port: &str) -> String {
    let program = &catalogue.program;
    let mut endpoint = json!({ "port": port, "path": scrape.path, "interval": scrape.interval });
    if clashes(catalogue) {
        endpoint["honorLabels"] = true.into();
    }
    yaml(
        "servicemonitor",
        &json!({
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "ServiceMonitor",
            "metadata": kubernetes::metadata(program),
            "spec": { "selector": { "matchLabels": kubernetes::labels(program) }, "endpoints": [endpoint] },
        }),
    )
}

/// A configuration with one job.
pub(crate) fn scrape_config(catalogue: &Catalogue, scrape: &Scrape, job: Option<&str>, targets: &[String]) -> String {
    let job = job.unwrap_or(&catalogue.program);
    let config: Value = json!({
        "job_name": job,
        "metrics_path": scrape.path,
        "scrape_interval": scrape.interval,
        "static_configs": [{ "targets": targets }],
    });
    yaml("scrape-config", &json!({ "scrape_configs": [config] }))
}

/// Returns whether the program has labels that the operator would rename to `exported_..`. A `job` or `instance` of the program must be renamed, because rules
/// are grouped by those of the target.
fn clashes(catalogue: &Catalogue) -> bool {
    let names = catalogue.label_names();
    let has = |labels: &[&str]| names.iter().any(|name| labels.contains(name));
    has(TARGET_LABELS) && !has(&["job", "instance"])
}
