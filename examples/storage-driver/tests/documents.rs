//! What the storage driver's code says of its metrics, as the files beside it have it, and those on the real Prometheus.

use std::path::Path;
use std::time::Duration;

use example_acceptance::{Live, check_dashboard_has_data, check_declarations, check_rules_are_healthy};
use metrics_instrumented_test_support::prometheus::Prometheus;

const PROGRAM: &str = env!("CARGO_BIN_EXE_storage-driver");

#[test]
fn the_declarations_are_those_of_the_code() {
    check_declarations(PROGRAM, concat!(env!("CARGO_MANIFEST_DIR"), "/docs/storage-driver.jsonl"));
}

#[test]
fn prometheus_evaluates_the_rules_and_the_dashboard_has_data() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let driver = Live::start(PROGRAM, &["--load", "--load-pause-ms=5"]);
    let prometheus = Prometheus::start(&[("storage-driver", driver.metrics)], &[&docs.join("rules.yaml")]);
    prometheus.wait_until_up(Duration::from_secs(90));
    check_rules_are_healthy(&prometheus, 60);
    check_dashboard_has_data(&prometheus, &docs.join("dashboard.json").display().to_string());
    driver.end();
}
