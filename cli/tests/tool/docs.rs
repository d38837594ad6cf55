//! The page of a program's metrics.

use crate::support::{declarations, example, good, run};

#[test]
fn the_examples_pages_are_what_the_tool_writes() {
    for program in crate::support::PROGRAMS {
        let run = run(&["docs", &declarations(program), "--check", &example(program, "docs/metrics.md")]);
        assert_eq!(run.code, 0, "{}run `scripts/documents`", run.stderr);
    }
}

#[test]
fn it_has_families_labels_buckets_queries_and_locations() {
    let page = good(&["docs", &declarations("storage-driver")]);
    for line in [
        "# Metrics of storage-driver",
        "| `rds_csi_volume_operations_total` | counter | `operation`, `status` |  | 8 | Volume operations against the storage backend. |",
        "| `result` | `success`, `failed`, `timeout` | `rds_csi_migration_migrations_total` |",
        "| 15, 30, 60, 90, 120, 180, 300, 600 | `rds_csi_migration_duration_seconds` |",
        "histogram_quantile(0.95, sum by (le, operation) (rate(rds_csi_volume_operation_duration_seconds_bucket[5m])))",
        "sum(rds_csi_migration_active_migrations)",
    ] {
        assert!(page.lines().any(|one| one == line), "no `{line}` in\n{page}");
    }
    assert!(page.contains("`storage_driver::volumes::create` at `examples/storage-driver/src/volumes.rs:"), "{page}");
}

#[test]
fn an_error_rate_is_not_grouped_by_the_outcome() {
    let page = good(&["docs", &declarations("storage-driver")]);
    let ratio = "sum by (operation) (rate(rds_csi_mount_operations_total{status=\"failure\"}[5m]))\n/\nsum by (operation) (rate(rds_csi_mount_operations_total[5m]))";
    assert!(page.contains(ratio), "{page}");
}

#[test]
fn calls_that_have_only_begun_are_not_counted_among_those_that_ended() {
    let page = good(&["docs", &declarations("volume-operator")]);
    assert!(page.contains("(rate(datamover_operations_total{status!=\"started\"}[5m]))"), "{page}");
}
