//! Values of the configuration that have no effect, or that Prometheus rejects.

use crate::generated::{check, operation, operation_with, rules};
use crate::support::{Folder, run};

fn declared() -> String {
    operation("orders")
        + r#"{"v":1,"declares":"gauge","at":["shop","Queue","src/shop.rs",9],"family":{"name":"queue_depth","help":"Orders that wait.","labels":0}}
"#
}

#[track_caller]
fn rejects(config: &str, words: &[&str]) {
    let run = rules(&declared(), config);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{config}: {run:?}");
    for words in words {
        assert!(run.stderr.contains(words), "{config}: no `{words}` in {}", run.stderr);
    }
}

#[test]
fn thresholds_that_can_never_be_reached_are_errors() {
    let of_orders = |alerts: &str| format!("operations: {{ orders: {{ alerts: {{ {alerts} }} }} }}");
    for value in ["95", "0", "1", "-0.5"] {
        let words = format!("`alerts.duration.quantile` is {value}; write a number above 0 and below 1, such as 0.95");
        rejects(&format!("alerts: {{ duration: {{ quantile: {value} }} }}"), &[&words]);
    }
    for (alert, key, value) in [
        ("error_ratio", "warning", "10"),
        ("error_ratio", "critical", "1"),
        ("error_ratio", "warning", "-1"),
        ("polls", "warning", "5"),
    ] {
        let words = format!(
            "`operations.orders.alerts.{alert}.{key}` is {value}; write a ratio from 0 to below 1, such as 0.1"
        );
        rejects(&of_orders(&format!("{alert}: {{ {key}: {value} }}")), &[&words]);
    }
    for (alert, words) in [
        (
            "in_flight: { warning: -1 }",
            "`operations.orders.alerts.in_flight.warning` is -1; write a number of at least 0",
        ),
        (
            "duration: { critical: -1 }",
            "`operations.orders.alerts.duration.critical` is -1; write a number of at least 0",
        ),
        ("oldest: { warning: .inf }", "line 1: expected a finite number"),
        ("idle: { warning: 3 }", "`operations.orders.alerts.idle.warning` has no effect; write `for` or `severity`"),
        (
            "in_flight: { quantile: 0.5 }",
            "`operations.orders.alerts.in_flight.quantile` has no effect; write `warning`, `critical` or `for`",
        ),
    ] {
        rejects(&of_orders(alert), &[words]);
    }
    rejects("gauges: { queue_depth: { quantile: 0.5, warning: 3 } }", &["`gauges.queue_depth.quantile` has no effect"]);
    check(&declared(), &of_orders("error_ratio: { warning: 0, critical: 0.99 }, duration: { quantile: 0.9 }"), &[]);
}

#[test]
fn alerts_on_families_that_an_operation_lacks_are_errors() {
    for (alert, lacks) in [
        ("polls: { warning: 0.1 }", "no family `polls`; declare it"),
        ("oldest: { warning: 60 }", "no family `in_flight(oldest)`; declare it"),
        ("in_flight: true", "no family `in_flight`; declare it"),
        ("stuck: { for: 1h }", "no family `in_flight`; declare it"),
    ] {
        let key = alert.split(':').next().unwrap();
        let words =
            format!("`operations.orders.alerts.{key}` has no effect, because `orders` has {lacks}, or remove the key");
        rejects(&format!("operations: {{ orders: {{ alerts: {{ {alert} }} }} }}"), &[&words]);
        // Another operation may have them.
        check(&declared(), &format!("alerts: {{ {alert} }}"), &["--program", "svc"]);
    }
    let unclear = operation("orders").replace(
        r#""finished":["ok","error"],"classes":["ok","error"],"panic":"panic""#,
        r#""finished":["a","b","c"],"classes":[],"panic":"a""#,
    );
    let alerts = "alerts: { error_ratio: { warning: 0.2 } }";
    let refused = rules(&unclear, &format!("operations: {{ orders: {{ {alerts} }} }}"));
    let words = "`operations.orders.alerts.error_ratio` has no effect, because `orders` has no outcome that is known as a failure; list the failures as `error`";
    assert!(refused.code == 2 && refused.stderr.contains(words), "{refused:?}");
    // The configuration says what fails.
    let listed = rules(&unclear, &format!("operations: {{ orders: {{ ok: [a], error: [b, c], {alerts} }} }}"));
    assert!(listed.code == 0 && listed.stdout.contains("OrdersErrorRatioHigh"), "{listed:?}");
    let refused = rules(&unclear, "operations: { orders: { alerts: { panics: true } } }");
    let words = "`operations.orders.alerts.panics` has no effect, because `orders` has no outcome for panics alone; declare one, or remove the key";
    assert!(refused.code == 2 && refused.stderr.contains(words), "{refused:?}");
    // What is not there is not written either.
    check(&declared(), "operations: { orders: { alerts: { polls: false, oldest: false } } }", &[]);
}

#[test]
fn an_outcome_has_one_class() {
    for (lists, words) in [
        (
            "ok: [ok], error: [ok]",
            "`ok` is in `operations.orders.ok` and again in `operations.orders.error`; remove it from one of them",
        ),
        (
            "error: [error], ignored: [panic, error]",
            "`error` is in `operations.orders.error` and again in `operations.orders.ignored`",
        ),
        ("ok: [ok, ok]", "`ok` is in `operations.orders.ok` and again in `operations.orders.ok`"),
    ] {
        rejects(&format!("operations: {{ orders: {{ {lists} }} }}"), &[words]);
    }
}

#[test]
fn periods_of_objectives_are_positive() {
    for days in ["0", "-3"] {
        rejects(
            &format!("operations: {{ orders: {{ objective: {{ success: 99, days: {days} }} }} }}"),
            &[&format!("`operations.orders.objective.days` is {days}; write a number of days above 0, such as 30")],
        );
    }
}

#[test]
fn durations_have_the_syntax_of_prometheus() {
    for duration in ["abc", "10", "1.5h", "-1m", "10 m", "1m1h", "''"] {
        let shown = duration.trim_matches('\'');
        for (config, key) in [
            ("alerts: { idle: { for: @ } }", "alerts.idle.for"),
            ("gauges: { queue_depth: { warning: 1, for: @ } }", "gauges.queue_depth.for"),
            ("program: { alerts: { absent: { for: @ } } }", "program.alerts.absent.for"),
        ] {
            let written = if duration == "10" { "'10'" } else { duration };
            let words = format!("`{key}` is `{shown}`; write a duration such as `10m` or `1h30m`");
            rejects(&config.replace('@', written), &[&words]);
        }
    }
    for duration in ["0s", "0", "1h30m", "1y2w3d4h5m6s7ms"] {
        let run = rules(&declared(), &format!("alerts: {{ idle: {{ for: '{duration}' }} }}"));
        assert_eq!(run.code, 0, "{run:?}");
    }
    let folder = Folder::new();
    let catalogue = folder.file("svc.jsonl", &declared());
    for command in ["scrape-config", "servicemonitor"] {
        let run = run(&[command, &catalogue, "--interval", "abc"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
        assert!(run.stderr.contains("--interval") && run.stderr.contains("write a duration such as `30s`"), "{run:?}");
    }
}

#[test]
fn labels_have_names_that_prometheus_accepts() {
    for name in ["a-b", "1st", "", "é"] {
        rejects(
            &format!("labels: {{ '{name}': x }}"),
            &[&format!(
                "`labels` has the name `{name}`; write a name of letters, digits and underscores, such as `team`"
            )],
        );
    }
    for name in ["__name__", "alertname", "severity"] {
        rejects(&format!("labels: {{ {name}: x }}"), &[&format!("`labels` has the name `{name}`, which is reserved")]);
    }
}

#[test]
fn values_of_the_wrong_type_and_unknown_keys_are_named() {
    rejects(
        "alerts:\n  idle: { for: 10 }\n",
        &["line 2: `alerts.idle.for`: invalid type: integer `10`, expected a string"],
    );
    rejects(
        "alerts:\n  idle: { fro: 10m }\n",
        &["line 2: `alerts.idle", "unknown field `fro`, expected one of `warning`"],
    );
    rejects(
        "alerts:\n  idle: 10m\n",
        &["line 2: `alerts.idle`: invalid type", "expected `false`, `true` or a mapping of thresholds"],
    );
    rejects(
        "operations:\n  orders: { alerts: { duration: { warning: fast } } }\n",
        &["`operations.orders.alerts.duration.warning`"],
    );
}

#[test]
fn an_objective_without_failures_names_the_key_of_failures() {
    let declared = operation_with("orders", "[0.1,1.0]", r#"{"success":99.9}"#);
    let run = rules(&declared, "operations: { orders: { ok: [ok, error, panic], error: [] } }");
    let expected = "`orders` has an objective `success`, but none of its outcomes `ok`, `error`, `panic`, `cancelled` is a failure; list the failures in \
                    `operations.orders.error`, or remove `success`";
    assert!(run.code == 2 && run.stderr.contains(expected), "{run:?}");
}
