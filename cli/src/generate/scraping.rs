//! How Prometheus comes to the metrics: a `ServiceMonitor`, or a job of its configuration.

use serde_json::{Value, json};

use super::yaml::yaml;
use crate::catalogue::Catalogue;

/// Labels that the operator gives to what it scrapes, and that win over the program's own unless those are honoured.
const OF_THE_OPERATOR: &[&str] = &["namespace", "pod", "service", "endpoint", "container", "job", "instance"];

/// Where and how often.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Scrape {
    /// How often, as Prometheus writes durations
    #[arg(long, default_value = "30s", value_name = "DURATION")]
    pub(crate) interval: String,
    /// The path of the metrics
    #[arg(long, default_value = "/metrics")]
    pub(crate) path: String,
}

/// A `ServiceMonitor` of the Prometheus operator.
pub(crate) fn service_monitor(catalogue: &Catalogue, scrape: &Scrape, port: &str) -> String {
    let program = &catalogue.program;
    let mut endpoint = json!({ "port": port, "path": scrape.path, "interval": scrape.interval });
    if clashes(catalogue) {
        endpoint["honorLabels"] = true.into();
    }
    let name = json!({ "app.kubernetes.io/name": program });
    yaml(
        "servicemonitor",
        &json!({
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "ServiceMonitor",
            "metadata": { "name": program, "labels": name },
            "spec": { "selector": { "matchLabels": name }, "endpoints": [endpoint] },
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

/// Whether the program has labels that the operator would rename to `exported_..`, so that no query finds them.
fn clashes(catalogue: &Catalogue) -> bool {
    catalogue.label_names().iter().any(|label| OF_THE_OPERATOR.contains(label))
}
