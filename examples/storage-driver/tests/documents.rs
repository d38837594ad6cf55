//! What the storage driver's code says of its metrics, as the files beside it have it, and those on the real Prometheus.

use std::fs;
use std::path::Path;
use std::time::Duration;

use example_acceptance::{Live, check_declarations, check_documents_live};
use metrics_instrumented_test_support::eventually;
use metrics_instrumented_test_support::prometheus::{Alertmanager, Prometheus};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_storage-driver");

#[test]
fn the_declarations_are_those_of_the_code() {
    check_declarations(PROGRAM, concat!(env!("CARGO_MANIFEST_DIR"), "/docs/storage-driver.jsonl"));
}

#[test]
fn prometheus_evaluates_the_rules_and_the_dashboard_has_data() {
    check_documents_live(PROGRAM, &[], Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/docs")), 54);
}

/// From a request that fails to the webhook: the driver's metrics, the rules that the code promises, Prometheus, Alertmanager.
#[test]
fn an_alert_goes_all_the_way_to_a_webhook() {
    let rules = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules.yaml")).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let at_once = directory.path().join("rules.yaml");
    // The rules without a waiting time before the alert.
    let lines = rules.lines().map(|line| match line.split_once("for: ") {
        Some((indent, _)) if indent.trim().is_empty() => format!("{indent}for: 0s\n"),
        _ => format!("{line}\n"),
    });
    fs::write(&at_once, lines.collect::<String>()).unwrap();
    let driver = Live::start(PROGRAM, &[]);
    let alertmanager = Alertmanager::start();
    let prometheus =
        Prometheus::start_alerting(&[("storage-driver", driver.metrics)], &[&at_once], alertmanager.address());
    prometheus.wait_until_up(Duration::from_secs(90));
    let mut received = Vec::new();
    let alert = eventually(Duration::from_secs(90), || {
        // There is no such volume.
        driver.ask("DELETE", "/volumes/missing", 404);
        received.extend(alertmanager.alerts());
        let burns = |alert: &&Value| alert["labels"]["alertname"] == "RdsCsiVolumeOperationsErrorBudgetBurnsFast";
        received.iter().find(burns).cloned().ok_or_else(|| format!("{received:#?}\n{}", prometheus.log()))
    });
    assert_eq!(alert["status"], "firing");
    let label = |name: &str| alert["labels"][name].as_str().unwrap_or_default().to_owned();
    assert_eq!([label("job"), label("operation"), label("severity")], ["storage-driver", "delete", "critical"]);
    assert_eq!(
        alert["annotations"]["runbook_url"],
        "https://runbooks.example.com/storage-driver/RdsCsiVolumeOperationsErrorBudgetBurnsFast"
    );
    assert_eq!(
        alert["annotations"]["summary"],
        "Too many calls of rds_csi_volume_operations of storage-driver, operation delete fail"
    );
    // Of what does not fail, nothing is said about failures.
    let other = |alert: &Value| alert["labels"]["operation"] != "delete";
    let of_errors = |alert: &&Value| alert["labels"]["alertname"].as_str().is_some_and(|name| name.contains("Error"));
    assert!(!received.iter().filter(of_errors).any(other), "{received:#?}");
    driver.end();
}
