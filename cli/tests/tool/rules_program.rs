//! Alerts on the program as a whole.

use crate::generated::{check, operation, rules};

#[test]
fn a_program_that_only_pushes_has_no_alert_on_missing_targets() {
    let open = operation("orders")
        .replace(r#""calls":"#, r#""labels":[{"name":"tier","open":5}],"calls":"#)
        .replace("\"labels\":0", "\"labels\":1");
    let config = "program: { alerts: { target_down: false, absent: false, metrics_absent: false } }";
    for declared in [operation("orders"), open.clone()] {
        let (rules, _) = check(&declared, config, &["--program", "svc", "--all-alerts"]);
        assert!(!rules.contains("Svc") || declared == open, "{rules}");
        assert!(!rules.contains("up{") && !rules.contains("SvcAbsent"), "{rules}");
    }
    let (rules, _) = check(&open, "program: { alerts: { label_overflow: false } }", &["--program", "svc"]);
    assert!(!rules.contains("LabelOverflow") && rules.contains("SvcAbsent"), "{rules}");
}

#[test]
fn alerts_on_the_program_have_the_configured_duration_and_severity() {
    let (rules, _) = check(
        &operation("orders"),
        "program: { alerts: { absent: { for: 6h, severity: warning } } }",
        &["--program", "svc"],
    );
    let absent = rules.split("- alert: SvcAbsent\n").nth(1).unwrap().split("- alert:").next().unwrap();
    assert!(absent.contains("for: 6h") && absent.contains("severity: warning"), "{rules}");
}

#[test]
fn thresholds_of_alerts_without_thresholds_are_errors() {
    let run = rules(&operation("orders"), "program: { alerts: { absent: { warning: 1 } } }");
    let expected = "`program.alerts.absent.warning` has no effect; write `for` or `severity`";
    assert!(run.code == 2 && run.stderr.contains(expected), "{run:?}");
}
