//! What the volume operator's code says of its metrics, as the files beside it have it, and those on the real Prometheus.

use std::path::Path;

use example_acceptance::{check_declarations, check_documents_live};

const PROGRAM: &str = env!("CARGO_BIN_EXE_volume-operator");

#[test]
fn the_declarations_are_those_of_the_code() {
    check_declarations(PROGRAM, concat!(env!("CARGO_MANIFEST_DIR"), "/docs/volume-operator.jsonl"));
}

#[test]
fn prometheus_evaluates_the_rules_and_the_dashboard_has_data() {
    check_documents_live(PROGRAM, &[], Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/docs")), 36);
}
