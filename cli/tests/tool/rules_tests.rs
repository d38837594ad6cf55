//! The length of generated tests.

use crate::generated::{check, operation, operation_with};

#[test]
fn tests_of_alerts_that_wait_for_hours_are_long_enough() {
    check(&operation("orders"), "alerts: { idle: { for: 6h } }", &["--all-alerts"]);
    check(&operation("orders"), "alerts: { error_ratio: { for: 1d12h } }", &[]);
}

#[test]
fn tests_of_operations_that_take_hours_are_long_enough() {
    let declared = operation_with("backups", "[60.0,600.0,3600.0,36000.0]", "null")
        .replace(r#""outcome":{"#, r#""in_flight":{"name":"backups_in_flight","help":"Now.","labels":0},"outcome":{"#);
    let (rules, _) = check(&declared, "{}", &["--all-alerts"]);
    assert!(rules.contains("BackupsStuck"), "{rules}");
}
