//! Rules and their tests, as `promtool` judges them.

use metrics_instrumented_test_support::prometheus::promtool;

use crate::support::{Folder, declarations, example, good, run, yaml};

fn config(program: &str) -> String {
    example(program, "metrics-instrumented.yaml")
}

#[test]
fn the_examples_rules_are_what_the_tool_writes() {
    for program in crate::support::PROGRAMS {
        let (catalogue, config) = (declarations(program), config(program));
        for (file, more) in [("docs/rules.yaml", &[][..]), ("docs/rules.test.yaml", &["--tests", "rules.yaml"])] {
            let file = example(program, file);
            let run = run(&[&["rules", &catalogue, "--config", &config, "--check", &file], more].concat());
            assert_eq!(run.code, 0, "{}run `scripts/documents`", run.stderr);
        }
    }
}

#[test]
fn promtool_accepts_the_rules_and_their_tests_pass() {
    for program in crate::support::PROGRAMS {
        promtool(&["check", "rules", &example(program, "docs/rules.yaml")], "").unwrap();
        promtool(&["test", "rules", &example(program, "docs/rules.test.yaml")], "").unwrap();
    }
}

#[test]
fn every_alert_has_tests_that_fire_and_that_do_not() {
    let rules =
        good(&["rules", &declarations("storage-driver"), "--config", &config("storage-driver"), "--all-alerts"]);
    let tests = good(&[
        "rules",
        &declarations("storage-driver"),
        "--config",
        &config("storage-driver"),
        "--all-alerts",
        "--tests",
        "rules.yaml",
    ]);
    let names: Vec<&str> = rules.lines().filter_map(|line| line.trim_start().strip_prefix("- alert: ")).collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        let asked = tests.lines().filter(|line| line.contains(&format!("alertname=\"{name}\""))).count();
        let is_counted = name.contains("ErrorRatioHigh") || name.contains("Burns");
        assert_eq!(asked, if is_counted { 3 } else { 2 }, "{name}");
    }
}

/// A rule that is changed so that it fires never, or always, fails its test.
#[test]
fn the_tests_find_a_broken_alert() {
    let read = |file: &str| std::fs::read_to_string(example("storage-driver", file)).unwrap();
    let (rules, tests) = (read("docs/rules.yaml"), read("docs/rules.test.yaml"));
    for (from, to, alert) in [
        (
            "job:rds_csi_mount_operations:error_ratio_rate5m > 0.1",
            "job:rds_csi_mount_operations:error_ratio_rate5m > 1.1",
            "RdsCsiMountOperationsErrorRatioHigh",
        ),
        (
            "job:rds_csi_mount_operations:error_ratio_rate5m > 0.1",
            "job:rds_csi_mount_operations:error_ratio_rate5m >= 0",
            "RdsCsiMountOperationsErrorRatioHigh",
        ),
        ("[1h])) >= 2", "[1h])) >= 0", "RdsCsiMountOperationsErrorRatioHigh"),
        ("absent(up{job=\"storage-driver\"})", "absent(up{job=\"other\"})", "StorageDriverAbsent"),
    ] {
        let folder = Folder::new();
        assert!(rules.contains(from), "{from}");
        folder.file("rules.yaml", &rules.replace(from, to));
        let said = promtool(&["test", "rules", &folder.file("rules.test.yaml", &tests)], "").unwrap_err();
        assert!(said.contains(alert), "{said}");
    }
}

#[test]
fn a_prometheus_rule_holds_the_same_groups() {
    let plain = good(&["rules", &declarations("volume-operator")]);
    let custom = good(&["rules", &declarations("volume-operator"), "--kind", "kubernetes"]);
    let (plain, custom) = (yaml(&plain), yaml(&custom));
    assert_eq!(custom["spec"]["groups"], plain["groups"]);
    assert_eq!(
        (&custom["apiVersion"], &custom["kind"]),
        (&"monitoring.coreos.com/v1".into(), &"PrometheusRule".into())
    );
    assert_eq!(custom["metadata"]["name"], "volume-operator");
}

/// Names of alerts by their group.
fn alerts(rules: &str) -> Vec<(String, Vec<String>)> {
    let groups = yaml(rules)["groups"].as_array().unwrap().clone();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let names = |group: &serde_json::Value| {
        group["rules"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|rule| !rule["alert"].is_null())
            .map(|rule| text(&rule["alert"]))
            .collect()
    };
    groups.iter().map(|group| (text(&group["name"]), names(group))).collect()
}

#[test]
fn an_operation_has_at_most_three_alerts_by_default() {
    for program in crate::support::PROGRAMS {
        let few = alerts(&good(&["rules", &declarations(program)]));
        let all = alerts(&good(&["rules", &declarations(program), "--all-alerts"]));
        let count = |groups: &[(String, Vec<String>)]| groups.iter().map(|(_, alerts)| alerts.len()).sum::<usize>();
        for (operation, alerts) in few.iter().filter(|(name, _)| name != program) {
            assert!(alerts.len() <= 3, "{operation}: {alerts:?}");
        }
        assert!(count(&all) > count(&few), "{program}");
        let folder = Folder::new();
        let rules = good(&["rules", &declarations(program), "--all-alerts"]);
        let tests = good(&["rules", &declarations(program), "--all-alerts", "--tests", "rules.yaml"]);
        folder.file("rules.yaml", &rules);
        promtool(&["test", "rules", &folder.file("rules.test.yaml", &tests)], "").unwrap();
    }
}

/// Declarations of one inline operation, with these labels and this outcome.
fn declared(fixed: &str, labels: &str, outcome: &str) -> String {
    let bits = 255;
    format!(
        r#"{{"v":1,"declares":"operation","at":["shop::till","pay","src/till.rs",3],"fixed":{fixed},"labels":{labels},"calls":{{"name":"payments_total","help":"Payments.","labels":{bits}}},"duration":{{"name":"payments_duration_seconds","help":"How long.","labels":{bits}}},"in_flight":{{"name":"payments_in_flight","help":"Now.","labels":{bits}}},"outcome":{outcome},"buckets":[0.1,1.0,10.0],"sample":1,"max_series":1000}}
{{"v":1,"declares":"gauge","at":["shop::till","Drawer","src/till.rs",9],"fixed":[],"labels":{labels},"family":{{"name":"drawer_coins","help":"Coins.","labels":{bits}}},"buckets":[]}}
"#
    )
}

const PLAIN: &str = r#"{"label":"outcome","finished":["ok","error"],"classes":["ok","error"],"panic":"panic","cancelled":"cancelled","cancelled_class":"ignored","started":null}"#;

/// Rules and tests of declarations, which `promtool` accepts, and what the tool says beside.
fn checked(declarations: &str, config: &str) -> (String, String) {
    let folder = Folder::new();
    let (catalogue, config) = (folder.file("shop.jsonl", declarations), folder.file("c.yaml", config));
    let more: [&[&str]; 2] = [&[], &["--all-alerts"]];
    let mut shown = (String::new(), String::new());
    for more in more {
        let arguments = [&["rules", &catalogue, "--config", &config], more].concat();
        let run = run(&arguments);
        assert_eq!(run.code, 0, "{run:?}");
        let tests = good(&[&arguments[..], &["--tests", "rules.yaml"]].concat());
        promtool(&["check", "rules", &folder.file("rules.yaml", &run.stdout)], "").unwrap();
        promtool(&["test", "rules", &folder.file("rules.test.yaml", &tests)], "")
            .unwrap_or_else(|said| panic!("{said}\n{tests}"));
        if more.is_empty() {
            shown = (run.stdout, run.stderr);
        }
    }
    shown
}

#[test]
fn rules_query_native_histograms_if_configured() {
    let native = declared("[]", "[]", PLAIN).replace(
        r#""sample":1"#,
        r#""native":{"schema":3,"classic":false},"objective":{"latency":{"seconds":1.0,"percent":99}},"sample":1"#,
    );
    let (classic, _) = checked(&native, "{}");
    assert!(classic.contains("payments_duration_seconds_bucket"), "{classic}");
    let folder = Folder::new();
    let catalogue = folder.file("shop.jsonl", &native);
    let config = folder
        .file("c.yaml", "native_histograms: true\noperations: { payments: { alerts: { duration: { warning: 20 } } } }");
    let rules = good(&["rules", &catalogue, "--config", &config, "--all-alerts"]);
    for expected in [
        "histogram_quantile(0.95, sum by (job) (rate(payments_duration_seconds[5m])))",
        "histogram_fraction(0, 1, sum by (job) (rate(payments_duration_seconds[1h])))",
    ] {
        let rules = rules.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(rules.contains(expected), "{expected} in {rules}");
    }
    assert!(!rules.contains("_bucket") && !rules.contains("payments_duration_seconds_count"), "{rules}");
    promtool(&["check", "rules", &folder.file("rules.yaml", &rules)], "").unwrap();
    // Their tests are in the notation of Prometheus 2.54 and later.
    let tests = good(&["rules", &catalogue, "--config", &config, "--all-alerts", "--tests", "rules.yaml"]);
    assert!(tests.contains("{{schema:0 sum:10 count:10 offset:17 buckets:[10]}}x180"), "{tests}");
    let dashboard = good(&["dashboard", &catalogue, "--config", &config]);
    assert!(dashboard.contains("histogram_quantile(0.99, sum") && !dashboard.contains("_bucket"), "{dashboard}");
}

#[test]
fn outcomes_of_native_histograms_are_counted_by_the_histograms() {
    let native = declared("[]", "[]", PLAIN);
    let calls = r#""calls":{"name":"payments_total""#;
    let (before, after) = native.split_once(calls).unwrap();
    let after = &after[after.find("},").unwrap() + 2..];
    let native = format!("{before}{after}")
        .replace(r#""sample":1"#, r#""native":{"schema":3,"classic":false},"sample":1"#)
        .replace(r#""name":"payments_duration_seconds","#, r#""name":"payments_duration_seconds","outcome":true,"#);
    let folder = Folder::new();
    let catalogue = folder.file("shop.jsonl", &native);
    let config = folder.file("c.yaml", "native_histograms: true\n");
    let rules = good(&["rules", &catalogue, "--config", &config, "--all-alerts"]);
    for expected in [
        "histogram_count(sum by (job) (rate(payments_duration_seconds{outcome=~\"error|panic\"}[5m]))) or histogram_count(sum",
        "histogram_count(sum by (job) (increase(payments_duration_seconds{outcome=\"panic\"}[10m]))) > 0",
    ] {
        let rules = rules.replace("\\\"", "\"").replace("\\n", " ").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(rules.contains(expected), "{expected} in {rules}");
    }
    assert!(!rules.contains("payments_duration_seconds_count"), "{rules}");
    promtool(&["check", "rules", &folder.file("rules.yaml", &rules)], "").unwrap();
    let tests = good(&["rules", &catalogue, "--config", &config, "--all-alerts", "--tests", "rules.yaml"]);
    assert!(!tests.contains("payments_duration_seconds_count"), "{tests}");
}

#[test]
fn labels_of_the_target_are_those_of_the_target() {
    let labels = r#"[{"name":"job","values":["night","day"]},{"name":"instance","open":5}]"#;
    let (rules, _) = checked(
        &declared("[]", labels, PLAIN),
        "gauges: { drawer_coins: { warning: 3 } }\noperations: { payments: { by: [exported_job] } }\n",
    );
    assert!(rules.contains("sum by (job, exported_job, exported_instance) (drawer_coins) > 3"), "{rules}");
    assert!(rules.contains("sum by (job, exported_job) (rate(payments_total[5m]))"), "{rules}");
    assert!(!rules.contains("job, job"), "{rules}");
    let folder = Folder::new();
    let catalogue = folder.file("shop.jsonl", &declared("[]", labels, PLAIN));
    assert!(!good(&["servicemonitor", &catalogue]).contains("honorLabels"));
    for label in ["exported_job", "job"] {
        let file = folder.file(
            "rules.yaml",
            &format!("groups:\n- name: g\n  rules:\n  - alert: A\n    expr: sum by ({label}) (drawer_coins) > 3\n"),
        );
        assert_eq!(run(&["lint", "--catalog", &catalogue, &file]).code, 0, "{label}");
    }
}

#[test]
fn functions_that_share_families_are_named_by_their_alerts() {
    let unnamed =
        declared(r#"[["module","shop::till"],["function","pay"]]"#, "[]", PLAIN).replace("payments", "function_calls");
    let (rules, _) = checked(&unnamed, "{}\n");
    assert!(rules.contains("job_module_function:function_calls:error_ratio_rate5m > 0.1"), "{rules}");
    assert!(rules.contains("function {{ $labels.function }} fail"), "{rules}");
}

#[test]
fn ignored_calls_are_left_out_of_the_error_ratio() {
    let (rules, notes) = checked(&declared("[]", "[]", PLAIN), "{}\n");
    assert!(rules.contains(r#"rate(payments_total{outcome=~"error|panic"}[5m])"#), "{rules}");
    assert!(rules.contains(r#"rate(payments_total{outcome!="cancelled"}[5m])"#), "{rules}");
    assert_eq!(notes, "");
    let (rules, _) = checked(&declared("[]", "[]", &PLAIN.replace("\"ignored\"", "\"error\"")), "{}\n");
    assert!(rules.contains(r#"outcome=~"error|panic|cancelled""#), "{rules}");
    assert!(!rules.contains("outcome!="), "{rules}");
}

#[test]
fn only_possible_outcomes_are_in_rules() {
    let never = |words: &str| PLAIN.replace(r#""started":null"#, &format!(r#""started":null,"never":[{words}]"#));
    let (rules, _) = checked(&declared("[]", "[]", &never(r#""error","cancelled""#)), "{}\n");
    assert!(rules.contains(r#"rate(payments_total{outcome="panic"}[5m])"#), "{rules}");
    assert!(!rules.contains("cancelled") && !rules.contains(r#"outcome=~"error"#), "{rules}");
    let (rules, _) = checked(&declared("[]", "[]", &never(r#""cancelled""#)), "{}\n");
    assert!(
        rules.contains(r#"rate(payments_total{outcome=~"error|panic"}[5m])"#) && !rules.contains("cancelled"),
        "{rules}"
    );
    // Of two functions that share the families, the other one may fail.
    let both = declared("[]", "[]", &never(r#""error","cancelled""#))
        + &declared("[]", "[]", &never(r#""error""#))
        + &declared("[]", "[]", &never(""));
    let (rules, _) = checked(&both, "{}\n");
    assert!(rules.contains(r#"rate(payments_total{outcome=~"error|panic"}[5m])"#), "{rules}");
    assert!(rules.contains(r#"rate(payments_total{outcome!="cancelled"}[5m])"#), "{rules}");
}

#[test]
fn outcomes_without_classes_have_no_error_ratio_until_they_are_configured() {
    let three = r#"{"label":"answer","finished":["done","late","lost"],"panic":"panic","cancelled":"cancelled","started":null}"#;
    let (rules, notes) = checked(&declared("[]", "[]", three), "{}\n");
    assert!(!rules.contains("error_ratio"), "{rules}");
    let note =
        "no alert on failed calls of `payments`: the code does not say which of `done`, `late`, `lost` are failures";
    assert!(rules.contains(note) && notes.contains(note), "{rules}{notes}");
    let (rules, notes) = checked(
        &declared("[]", "[]", three),
        "operations: { payments: { ok: [done], error: [lost], ignored: [late] } }\n",
    );
    assert!(rules.contains(r#"rate(payments_total{answer=~"lost|panic"}[5m])"#), "{rules}");
    assert!(rules.contains(r#"rate(payments_total{answer!~"late|cancelled"}[5m])"#), "{rules}");
    assert_eq!(notes, "");
    // Of two values, one is the success.
    for (finished, failed) in [(r#"["granted","denied"]"#, "denied"), (r#"["failed","succeeded"]"#, "failed")] {
        let two = format!(
            r#"{{"label":"answer","finished":{finished},"panic":"panic","cancelled":"cancelled","started":null}}"#
        );
        let (rules, _) = checked(&declared("[]", "[]", &two), "{}\n");
        assert!(rules.contains(&format!("answer=~\"{failed}|panic\"")), "{rules}");
    }
}
