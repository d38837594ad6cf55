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
fn promtool_accepts_them_and_each_alert_fires_and_is_quiet() {
    for program in crate::support::PROGRAMS {
        promtool(&["check", "rules", &example(program, "docs/rules.yaml")], "").unwrap();
        promtool(&["test", "rules", &example(program, "docs/rules.test.yaml")], "").unwrap();
    }
}

#[test]
fn every_alert_is_tested_both_ways() {
    let rules = good(&["rules", &declarations("storage-driver"), "--config", &config("storage-driver")]);
    let tests = good(&[
        "rules",
        &declarations("storage-driver"),
        "--config",
        &config("storage-driver"),
        "--tests",
        "rules.yaml",
    ]);
    let names: Vec<&str> = rules.lines().filter_map(|line| line.trim_start().strip_prefix("- alert: ")).collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        let asked = tests.lines().filter(|line| line.contains(&format!("alertname=\"{name}\""))).count();
        assert_eq!(asked, 2, "{name}");
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

#[test]
fn thresholds_severities_labels_and_runbooks_come_from_the_configuration() {
    let folder = Folder::new();
    let config = folder.file(
        "config.yaml",
        "job: data\nrunbook: https://r/{alert}\nlabels: { team: storage }\nalerts:\n  idle: false\noperations:\n  datamover_operations:\n    alerts:\n      error_ratio: { warning: 0.2, for: 3m }\n      idle: { severity: critical, for: 1h }\n",
    );
    let rules = good(&["rules", &declarations("volume-operator"), "--config", &config]);
    for words in [
        "up{job=\"data\"} == 0",
        "error_ratio_rate5m > 0.2\"\n        for: 3m",
        "runbook_url: \"https://r/DatamoverOperationsIdle\"",
        "for: 1h\n        labels:\n          severity: critical\n          team: storage",
    ] {
        assert!(rules.contains(words), "no `{words}` in\n{rules}");
    }
    assert_eq!(rules.matches("Idle").count(), 2, "one alert and its runbook: {rules}");
}

#[test]
fn a_configuration_that_fits_nothing_is_refused() {
    let folder = Folder::new();
    for (text, words) in [
        ("operatons: {}\n", "unknown field `operatons`"),
        ("operations: { nothing: {} }\n", "there is no operation `nothing`; there are `rds_csi_"),
        (
            "operations: { rds_csi_mount_operations: { by: [status] } }\n",
            "cannot be told apart by `status`; its families have `operation`",
        ),
        (
            "operations: { rds_csi_mount_operations: { ok: [fine] } }\n",
            "has no outcome `fine`; it has `success`, `failure`",
        ),
        (
            "operations: { rds_csi_volume_operations: { alerts: { duration: { warning: 60 } } } }\n",
            "above 60 s can never fire; the highest bound",
        ),
        (
            "gauges: { rds_csi_nvme_connects_total: { warning: 1 } }\n",
            "there is no gauge `rds_csi_nvme_connects_total`",
        ),
    ] {
        let run = run(&["rules", &declarations("storage-driver"), "--config", &folder.file("c.yaml", text)]);
        assert_eq!(run.code, 2, "{text}: {run:?}");
        assert!(run.stderr.contains(words), "{text}: {run:?}");
    }
}
