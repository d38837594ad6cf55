//! The configuration of rules.

use crate::support::{Folder, declarations, good, run};

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
        "error_ratio_rate5m > 0.2 and sum by (job) (increase(datamover_operations_total{status=\"failure\"}[1h])) >= 2'\n        for: 3m",
        "runbook_url: \"https://r/DatamoverOperationsIdle\"",
        "for: 1h\n        labels:\n          severity: critical\n          team: storage",
    ] {
        assert!(rules.contains(words), "no `{words}` in\n{rules}");
    }
    assert_eq!(rules.matches("Idle").count(), 2, "one alert and its runbook: {rules}");
}

#[test]
fn a_configuration_without_matching_operations_is_rejected() {
    let folder = Folder::new();
    for (text, words) in [
        ("operatons: {}\n", "unknown field `operatons`"),
        ("operations: { nothing: {} }\n", "there is no operation `nothing`; expected one of `rds_csi_"),
        (
            "operations: { rds_csi_mount_operations: { by: [status] } }\n",
            "has no common label `status`; its families have `operation`",
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
            "there is no gauge `rds_csi_nvme_connects_total`; it is a counter",
        ),
        (
            "gauges: { rds_csi_migration_active_migration: { warning: 1 } }\n",
            "there is no gauge `rds_csi_migration_active_migration`; did you mean `rds_csi_migration_active_migrations`?",
        ),
    ] {
        let run = run(&["rules", &declarations("storage-driver"), "--config", &folder.file("c.yaml", text)]);
        assert_eq!(run.code, 2, "{text}: {run:?}");
        assert!(run.stderr.contains(words), "{text}: {run:?}");
    }
}
