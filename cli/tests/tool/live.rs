//! What is generated and checked for `in_flight(peak, oldest)`.

use metrics_instrumented_test_support::prometheus::promtool;
use serde_json::{Value, json};

use crate::support::{Folder, good, run};

/// A program with one operation.
fn program(folder: &Folder, families: &[(&str, &str)]) -> String {
    let mut line = json!({
        "v": 1, "declares": "operation", "at": ["shop", "migrate", "src/main.rs", 7], "fixed": [], "sample": 1,
        "labels": [{ "name": "pool", "values": ["fast", "slow"] }], "buckets": [1.0, 600.0], "max_series": 1000,
        "outcome": {
            "label": "outcome", "finished": ["ok", "error"], "classes": ["ok", "error"], "panic": "panic",
            "cancelled": "cancelled", "cancelled_class": "ignored", "started": null,
        },
        "calls": { "name": "migrations_total", "help": "Migrations.", "labels": 255 },
        "duration": { "name": "migrations_duration_seconds", "help": "Migrations.", "labels": 255 },
        "in_flight": { "name": "migrations_in_flight", "help": "Migrations.", "labels": 255 },
    });
    for (role, name) in families {
        line[role] = json!({ "name": name, "help": "About migrations.", "labels": 255 });
    }
    folder.file("shop.jsonl", &format!("{line}\n"))
}

const RUNNING: [(&str, &str); 2] =
    [("peak", "migrations_in_flight_peak"), ("oldest", "migrations_in_flight_oldest_seconds")];

#[test]
fn an_alert_on_the_oldest_call_replaces_the_estimate() {
    let folder = Folder::new();
    let rules = good(&["rules", &program(&folder, &RUNNING)]);
    assert!(rules.contains("alert: MigrationsHanging\n"), "{rules}");
    // Three times the highest bound of the durations.
    assert!(rules.contains("expr: max by (job) (migrations_in_flight_oldest_seconds) > 1800\n"), "{rules}");
    assert!(rules.contains("A call of migrations of {{ $labels.job }} has been running for longer than 1800 s"));
    assert!(!rules.contains("MigrationsStuck"), "{rules}");
    let without = good(&["rules", &program(&Folder::new(), &[])]);
    assert!(without.contains("MigrationsStuck") && !without.contains("MigrationsHanging"), "{without}");
}

#[test]
fn its_threshold_is_configured_and_promtool_sees_it_fire() {
    let folder = Folder::new();
    let program = program(&folder, &RUNNING);
    let config = "operations: { migrations: { by: [pool], alerts: { oldest: { warning: 60, critical: 600 } } } }\n";
    let config = folder.file("config.yaml", config);
    let rules = good(&["rules", &program, "--config", &config]);
    for (name, above) in [("MigrationsHanging", 60), ("MigrationsHangingCritical", 600)] {
        assert!(rules.contains(&format!("alert: {name}\n")), "{rules}");
        let expr = format!("max by (job, pool) (migrations_in_flight_oldest_seconds) > {above}");
        assert!(rules.contains(&expr), "{rules}");
    }
    let rules = folder.file("rules.yaml", &rules);
    promtool(&["check", "rules", &rules], "").unwrap();
    let tests = good(&["rules", &program, "--config", &config, "--tests", "rules.yaml"]);
    promtool(&["test", "rules", &folder.file("rules.test.yaml", &tests)], "").unwrap();
    let off = folder.file("off.yaml", "alerts: { oldest: false }\n");
    assert!(!good(&["rules", &program, "--config", &off]).contains("MigrationsHanging"));
}

#[test]
fn dashboards_and_documents_show_the_largest_value_and_no_sum() {
    let folder = Folder::new();
    let program = program(&folder, &RUNNING);
    let dashboard: Value = serde_json::from_str(&good(&["dashboard", &program])).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    for (title, unit, family) in [
        ("Most in flight at once: migrations", "short", "migrations_in_flight_peak"),
        ("Oldest call in flight: migrations", "s", "migrations_in_flight_oldest_seconds"),
    ] {
        let panel = panels.iter().find(|panel| panel["title"] == title).unwrap();
        assert_eq!(panel["fieldConfig"]["defaults"]["unit"], unit);
        let expr = panel["targets"][0]["expr"].as_str().unwrap();
        assert!(expr.starts_with(&format!("max by (pool) ({family}{{")), "{expr}");
    }
    let docs = good(&["docs", &program]);
    assert!(docs.contains("max by (pool) (migrations_in_flight_oldest_seconds)"), "{docs}");
    assert!(docs.contains("max by (pool) (migrations_in_flight_peak)"), "{docs}");
}

#[test]
fn slow_polls_raise_an_alert_and_have_a_panel() {
    let folder = Folder::new();
    let families = [
        ("polls", "migrations_polls_total"),
        ("busy", "migrations_busy_seconds_total"),
        ("slow_polls", "migrations_slow_polls_total"),
    ];
    let program = program(&folder, &families);
    let rules = good(&["rules", &program]);
    assert!(rules.contains("alert: MigrationsBlocking\n"), "{rules}");
    assert!(rules.contains("rate(migrations_slow_polls_total[5m])"), "{rules}");
    let file = folder.file("rules.yaml", &rules);
    promtool(&["check", "rules", &file], "").unwrap();
    let tests = good(&["rules", &program, "--tests", "rules.yaml"]);
    promtool(&["test", "rules", &folder.file("rules.test.yaml", &tests)], "").unwrap();
    let off = folder.file("off.yaml", "operations: { migrations: { alerts: { polls: false } } }\n");
    assert!(!good(&["rules", &program, "--config", &off]).contains("MigrationsBlocking"));
    let dashboard = good(&["dashboard", &program]);
    assert!(dashboard.contains("Time inside of polls: migrations"), "{dashboard}");
    assert!(dashboard.contains("sum by (pool) (rate(migrations_busy_seconds_total{"), "{dashboard}");
    let docs = good(&["docs", &program]);
    assert!(docs.contains("sum by (pool) (rate(migrations_busy_seconds_total[5m]))"), "{docs}");
}

#[test]
fn a_sum_of_ages_or_of_peaks_is_reported() {
    let folder = Folder::new();
    let program = program(&folder, &RUNNING);
    let lint = |expr: &str| {
        let rules = format!("groups: [{{ name: a, rules: [{{ record: 'a:b', expr: '{expr}' }}] }}]\n");
        run(&["lint", "--catalog", &program, &folder.file("rules.yaml", &rules)])
    };
    for expr in [
        "sum(migrations_in_flight_oldest_seconds)",
        "avg by (pool) (migrations_in_flight_oldest_seconds)",
        "sum by (pool) (migrations_in_flight_peak)",
    ] {
        let found = lint(expr);
        assert!(found.stdout.contains("sum-of-ages") && found.stdout.contains("use `max`"), "{expr}: {}", found.stdout);
    }
    for expr in [
        "max(migrations_in_flight_oldest_seconds)",
        "avg(migrations_in_flight_peak)",
        "sum(migrations_in_flight)",
        "sum(max by (instance) (migrations_in_flight_oldest_seconds))",
    ] {
        let found = lint(expr);
        assert!(!found.stdout.contains("sum-of-ages"), "{expr}: {}", found.stdout);
    }
}

#[test]
fn values_that_leave_are_documented_and_alerts_on_their_absence_reported() {
    let folder = Folder::new();
    let with = |label: Value| {
        let line = std::fs::read_to_string(program(&folder, &[])).unwrap();
        let mut line: Value = serde_json::from_str(&line).unwrap();
        line["labels"] = json!([label]);
        folder.file("idle.jsonl", &format!("{line}\n"))
    };
    let program = with(json!({ "name": "tenant", "open": 100, "idle": 600 }));
    let docs = good(&["docs", &program]);
    assert!(docs.contains("open, cap 100; past it `other`; a value expires after 600 s without a call"), "{docs}");
    assert!(good(&["catalog", &program]).contains("\"idle\": 600"));
    let lint = |program: &str, expr: &str| {
        let rules = format!("groups: [{{ name: a, rules: [{{ alert: A, expr: '{expr}' }}] }}]\n");
        run(&["lint", "--catalog", program, &folder.file("rules.yaml", &rules)]).stdout
    };
    for expr in
        ["absent(migrations_total{tenant=\"a\"})", "absent_over_time(migrations_in_flight{tenant=~\"a|b\"}[5m])"]
    {
        let found = lint(&program, expr);
        assert!(
            found.contains("absent-value") && found.contains("expire after 600 s without a call"),
            "{expr}: {found}"
        );
    }
    let found = lint(&program, "absent(migrations_total{outcome=\"ok\"})");
    assert!(!found.contains("absent-value"), "{found}");
    let stays = with(json!({ "name": "tenant", "open": 100 }));
    let found = lint(&stays, "absent(migrations_total{tenant=\"a\"})");
    assert!(!found.contains("absent-value"), "{found}");
}
