//! Rules and their tests, generated from declarations of a test and checked by promtool.

use metrics_instrumented_test_support::prometheus::promtool;
use serde_json::json;

use crate::support::{Folder, Run, good, run};

/// The declaration of an operation: a counter and a histogram of its calls, and the outcomes `ok`, `error`, `panic` and `cancelled`.
pub(crate) fn operation(name: &str) -> String {
    format!(
        r#"{{"v":1,"declares":"operation","at":["shop","{name}","src/shop.rs",3],"calls":{{"name":"{name}_total","help":"Calls.","labels":0}},"duration":{{"name":"{name}_duration_seconds","help":"How long.","labels":0}},"outcome":{{"label":"outcome","finished":["ok","error"],"classes":["ok","error"],"panic":"panic","cancelled":"cancelled"}},"buckets":[0.1,1.0]}}
"#
    )
}

/// The same with other bucket bounds and an objective.
pub(crate) fn operation_with(name: &str, buckets: &str, objective: &str) -> String {
    operation(name).replace("[0.1,1.0]", &format!(r#"{buckets},"objective":{objective}"#))
}

/// Runs `rules` with a configuration.
pub(crate) fn rules(declarations: &str, config: &str) -> Run {
    let folder = Folder::new();
    let (catalogue, config) = (folder.file("svc.jsonl", declarations), folder.file("config.yaml", config));
    run(&["rules", &catalogue, "--config", &config])
}

/// Generates rules with their tests, lets promtool check both, and returns both.
#[track_caller]
pub(crate) fn check(declarations: &str, config: &str, arguments: &[&str]) -> (String, String) {
    let folder = Folder::new();
    let (catalogue, config) = (folder.file("svc.jsonl", declarations), folder.file("config.yaml", config));
    let arguments = [&["rules", &catalogue, "--config", &config], arguments].concat();
    let rules = good(&arguments);
    promtool(&["check", "rules", "--lint-fatal", &folder.file("rules.yaml", &rules)], "").unwrap();
    let tests = good(&[&arguments[..], &["--tests", "rules.yaml"]].concat());
    promtool(&["test", "rules", &folder.file("rules.test.yaml", &tests)], "").unwrap();
    (rules, tests)
}

/// Fails unless exactly these alerts (by their names) fire at a minute, for these series and their values.
#[track_caller]
pub(crate) fn fires(rules: &str, series: &[(&str, &str)], minute: u32, alerts: &[&str]) {
    let folder = Folder::new();
    let series: Vec<_> = series.iter().map(|(series, values)| json!({ "series": series, "values": values })).collect();
    let expected: Vec<_> =
        alerts.iter().map(|name| json!({ "labels": format!("{{alertname={name:?}}}"), "value": 1 })).collect();
    let test = json!({
        "rule_files": [folder.file("rules.yaml", rules)],
        "evaluation_interval": "1m",
        "tests": [{
            "interval": "1m",
            "input_series": series,
            "promql_expr_test": [{
                "expr": "count by (alertname) (ALERTS{alertstate=\"firing\",alertname!~\".*Absent\"})",
                "eval_time": format!("{minute}m"),
                "exp_samples": expected,
            }],
        }],
    });
    // JSON is YAML.
    promtool(&["test", "rules", &folder.file("rules.test.yaml", &test.to_string())], "").unwrap();
}
