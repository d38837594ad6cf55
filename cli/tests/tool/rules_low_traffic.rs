//! Alerts on failed calls of operations with few calls.

use crate::generated::{check, fires, operation, operation_with, rules};

/// One call every ten minutes for five hours.
fn rare_calls() -> String {
    let calls: Vec<_> = (0..30).map(|call| format!("{call}x9")).collect();
    format!("{} 29x9 30x9 31x9", calls.join(" "))
}

const OK: &str = "orders_total{job=\"svc\",outcome=\"ok\"}";
const ERROR: &str = "orders_total{job=\"svc\",outcome=\"error\"}";
const PANIC: &str = "orders_total{job=\"svc\",outcome=\"panic\"}";

fn objective() -> String {
    operation_with("orders", "[0.1,1.0]", r#"{"success":99.9}"#)
}

#[test]
fn a_single_failed_call_at_low_traffic_pages_nobody() {
    let (rules, _) = check(&objective(), "{}", &[]);
    let series = [(OK, rare_calls()), (ERROR, "0x299 1x60".to_owned()), (PANIC, "0x360".to_owned())];
    let series: Vec<_> = series.iter().map(|(name, values)| (*name, values.as_str())).collect();
    fires(&rules, &series, 303, &[]);
    let (without, _) = check(&objective(), "alerts: { min_failures: 0 }", &[]);
    fires(&without, &series, 303, &["OrdersErrorBudgetBurnsFast"]);
}

#[test]
fn two_failed_calls_of_a_nightly_operation_fire() {
    let (rules, _) = check(&objective(), "{}", &[]);
    // 1,440 minutes are a day.
    let failing = "0x60 1x1439 2x1500";
    fires(&rules, &[(OK, "0x3000"), (ERROR, failing), (PANIC, "0x3000")], 1_620, &["OrdersBudgetBurnsSlowly"]);
}

#[test]
fn rare_calls_that_all_fail_fire() {
    let (rules, _) = check(&objective(), "{}", &[]);
    let failing = rare_calls();
    let series = [(OK, "0x360"), (ERROR, failing.as_str()), (PANIC, "0x360")];
    fires(&rules, &series, 240, &["OrdersBudgetBurnsSlowly", "OrdersErrorBudgetBurnsFast"]);
}

#[test]
fn slow_calls_are_counted_too() {
    let declared = operation_with("orders", "[0.1,1.0]", r#"{"latency":{"seconds":0.1,"percent":99}}"#);
    let (rules, _) = check(&declared, "{}", &[]);
    let calls = rare_calls();
    let count = ("orders_duration_seconds_count{job=\"svc\"}", calls.as_str());
    fires(
        &rules,
        &[count, ("orders_duration_seconds_bucket{job=\"svc\",le=\"0.1\"}", "0x360")],
        240,
        &["OrdersBudgetBurnsSlowly", "OrdersLatencyBudgetBurnsFast"],
    );
    // The last of the calls is slow.
    let values: Vec<_> = (0..30).map(|call| format!("{call}x9")).collect();
    let within = format!("{} 28x60", values[..29].join(" "));
    fires(&rules, &[count, ("orders_duration_seconds_bucket{job=\"svc\",le=\"0.1\"}", &within)], 293, &[]);
}

#[test]
fn the_error_ratio_counts_failures_as_well() {
    let config = "alerts: { error_ratio: { for: 0m } }";
    let (rules, _) = check(&operation("orders"), config, &[]);
    let one = [(OK, "0+1x200"), (ERROR, "0x100 1x100"), (PANIC, "0x200")];
    fires(&rules, &one, 103, &[]);
    fires(&rules, &[(OK, "0+1x200"), (ERROR, "0+1x200"), (PANIC, "0x200")], 103, &["OrdersErrorRatioHigh"]);
    let (rules, _) = check(
        &operation("orders"),
        "operations: { orders: { alerts: { min_failures: 1, error_ratio: { for: 0m } } } }",
        &[],
    );
    fires(&rules, &one, 103, &["OrdersErrorRatioHigh"]);
}

#[test]
fn a_high_minimum_of_failures_is_reached_by_the_generated_tests() {
    check(&objective(), "alerts: { min_failures: 100000 }", &["--all-alerts"]);
}

#[test]
fn the_minimum_of_failures_is_a_whole_number() {
    for value in ["-1", "0.5", "many"] {
        let run = rules(&operation("orders"), &format!("alerts: {{ min_failures: {value} }}"));
        assert!(run.code == 2 && run.stderr.contains("`alerts.min_failures`"), "{run:?}");
    }
}
