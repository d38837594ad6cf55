//! The mistakes that the four systems had in their own documents: each of them is found.

use crate::support::{lint, lint_alert, only, rules};

#[test]
fn an_alert_on_a_histogram_that_the_catalogue_does_not_have() {
    let found = lint_alert(
        "vm-manager",
        "histogram_quantile(0.95, sum by (le) (rate(virtrigaud_vm_operations_duration_seconds_bucket[5m]))) > 60",
    );
    only(
        &found,
        "unknown-metric",
        "no series is called `virtrigaud_vm_operations_duration_seconds_bucket`; did you mean `virtrigaud_",
    );
    assert_eq!((found[0].line, found[0].column), (6, 50));
}

#[test]
fn a_quantile_that_is_grouped_like_an_aggregation() {
    let found = lint_alert(
        "vm-manager",
        "histogram_quantile(0.95, virtrigaud_provider_rpc_latency_seconds_bucket) by (method)",
    );
    only(&found, "syntax", "not PromQL");
}

#[test]
fn a_ratio_of_series_with_other_labels() {
    let found =
        lint_alert("vm-manager", "rate(virtrigaud_errors_total[5m]) / rate(virtrigaud_vm_operations_total[5m]) > 0.1");
    only(
        &found,
        "never-matches",
        "`component`, `reason` is only on the left, and `operation`, `outcome`, `provider`, `provider_type` is only on the right",
    );
}

#[test]
fn a_ratio_of_series_that_differ_in_the_outcome() {
    let failure_to_success = r#"rate(datamover_cleanup_operations_total{status="failure"}[5m]) / rate(datamover_cleanup_operations_total{status="success"}[5m])"#;
    only(
        &lint_alert("volume-operator", failure_to_success),
        "never-matches",
        "`status` is `failure` on the left and `success` on the right",
    );
    let failure_to_all = r#"rate(datamover_cleanup_operations_total{status="failure"}[5m]) / rate(datamover_cleanup_operations_total[5m])"#;
    only(&lint_alert("volume-operator", failure_to_all), "always-one", "divided by itself");
}

#[test]
fn an_alert_on_standstill_that_fires_for_each_idle_series() {
    let found = lint_alert("volume-operator", "rate(datamover_operations_total[2h]) == 0");
    only(&found, "zero-of-each-series", "aggregate first: `sum(rate(datamover_operations_total[..])) == 0`");
    assert!(lint_alert("volume-operator", "sum(rate(datamover_operations_total[2h])) == 0").is_empty());
}

#[test]
fn recording_rules_in_the_scrape_configuration() {
    let text = "\
scrape_configs:
- job_name: datamover
  static_configs:
  - targets: [localhost:9000]
recording_rules:
- record: datamover:success_rate_1h
  expr: sum(rate(datamover_operations_total{status=\"sucess\"}[1h]))
";
    let found = lint("volume-operator", "prometheus.yml", text);
    assert_eq!(rules(&found), ["misplaced-rules", "unknown-value"], "{found:#?}");
    assert_eq!((found[0].line, found[1].line), (5, 7));
    let inside_of_a_job = "\
scrape_configs:
- job_name: datamover
  rules:
  - record: datamover:success_rate_1h
    expr: sum(rate(datamover_operations_total[1h]))
";
    only(&lint("volume-operator", "prometheus.yml", inside_of_a_job), "misplaced-rules", "`rule_files`");
    assert!(lint("volume-operator", "prometheus.yml", &text[..text.find("recording").unwrap()]).is_empty());
}

#[test]
fn a_dashboard_without_legends_units_and_data_sources() {
    let text = r#"{ "title": "Data mover", "panels": [
  { "type": "timeseries", "title": "Success rate",
    "targets": [{ "expr": "sum by (status) (rate(datamover_operations_total[5m]))" }] }
] }"#;
    let found = lint("volume-operator", "dashboard.json", text);
    assert_eq!(rules(&found), ["panel-legend", "panel-unit", "panel-datasource"], "{found:#?}");
    assert!(found.iter().all(|one| one.line == 2 && one.message.contains("`Success rate`")), "{found:#?}");
}

#[test]
fn the_old_names_of_gauges_that_ended_in_total() {
    let text = "How many nodes are ready:\n\n```promql\nsum(warren_nodes_total{status=\"ready\"})\n```\n";
    let found = lint("orchestrator", "operations.md", text);
    only(&found, "unknown-metric", "did you mean `warren_nodes`?");
    assert_eq!((found[0].line, found[0].column), (4, 5));
}
