//! The real Prometheus scrapes the running storage driver while its HTTP API is used, and is queried for every row.

mod table;

use std::time::Duration;

use example_acceptance::{Live, as_prometheus_has_it, changes, check};
use metrics_instrumented_test_support::eventually;
use metrics_instrumented_test_support::exposition::Exposition;
use metrics_instrumented_test_support::prometheus::Prometheus;
use table::{MIGRATION, TABLE};

const PROGRAM: &str = env!("CARGO_BIN_EXE_storage-driver");
const JOB: &str = "storage_driver";
const PATIENCE: Duration = Duration::from_secs(90);

/// Every row's help text.
const HELP: &[(&str, &str)] = &[
    ("rds_csi_volume_operations_total", "Volume operations against the storage backend."),
    ("rds_csi_volume_operation_duration_seconds", "How long volume operations take."),
    ("rds_csi_nvme_connects_total", "Attempts to connect to the NVMe target."),
    ("rds_csi_nvme_connect_duration_seconds", "How long connecting to the NVMe target takes."),
    ("rds_csi_nvme_connections_active", "NVMe connections that are open now."),
    ("rds_csi_mount_operations_total", "Mounts and unmounts of volumes."),
    ("rds_csi_stale_mounts_detected_total", "Mounts found whose volume is no longer behind them."),
    ("rds_csi_stale_recoveries_total", "Attempts to mount the volume of a stale mount again."),
    ("rds_csi_orphans_cleaned_total", "Files removed that no volume's record knew."),
    ("rds_csi_events_posted_total", "Kubernetes events posted, by reason."),
    ("rds_csi_migration_migrations_total", "Migrations of volumes between pools."),
    ("rds_csi_migration_duration_seconds", "How long migrations take."),
    ("rds_csi_migration_active_migrations", "Migrations that are running now."),
];

/// The requests to the driver, in order, and the status codes of its responses.
const DRIVEN: &[(&str, &str, u16)] = &[
    ("POST", "/volumes/a?size=256K", 201),
    ("POST", "/volumes/a?size=256K", 409),
    ("POST", "/volumes/b?size=64K&fail=true", 500),
    ("POST", "/volumes/c?size=64K&panic=true", 500),
    ("POST", "/volumes/a/expand?size=512K", 200),
    ("POST", "/volumes/a/expand?size=1K", 400),
    ("POST", "/volumes/a/clone?to=d", 201),
    ("POST", "/volumes/a/clone?to=d", 409),
    ("POST", "/volumes/none/clone?to=e", 404),
    ("DELETE", "/volumes/d", 204),
    ("DELETE", "/volumes/d", 404),
    ("POST", "/volumes/a/mount", 200),
    ("POST", "/volumes/a/mount", 409),
    // The maintenance finds the mount stale and mends it, and the files of `b` and `c`, which have no record.
    ("POST", "/volumes/a/lose?moved=true", 204),
    ("POST", "/maintenance", 200),
    // It finds the mount stale, and there is nothing to mend it with.
    ("POST", "/volumes/a/lose", 204),
    ("POST", "/maintenance", 200),
    ("POST", "/volumes/a/unmount", 409),
    ("POST", "/volumes/m?size=256K", 201),
    ("POST", "/volumes/m/mount", 200),
    ("POST", "/volumes/m/unmount", 204),
    ("POST", "/volumes/m/connect", 200),
    ("POST", "/volumes/m/connect", 409),
    ("POST", "/volumes/n?size=1M", 201),
    ("POST", "/volumes/n/connect?fail=true", 502),
    ("POST", "/volumes/n/connect", 200),
    ("POST", "/volumes/n/disconnect", 204),
    // Four chunks of 256 KiB: it takes 200 ms.
    ("POST", "/volumes/n/migrate?pause_ms=50", 200),
    ("POST", "/volumes/n/migrate?fail=true", 500),
    ("POST", "/volumes/n/migrate?panic=true", 500),
    ("POST", "/volumes/n/migrate?timeout_ms=50&pause_ms=60000", 504),
];

/// Would take four minutes.
const ENDLESS: &str = "/volumes/n/migrate?pause_ms=60000";

/// What all that changes, the migration that its client gave up included; of histograms their counts.
const COUNTED: &[&str] = &[
    r#"rds_csi_events_posted_total{reason="ConnectionFailed"} 2"#,
    r#"rds_csi_events_posted_total{reason="MigrationCompleted"} 1"#,
    r#"rds_csi_events_posted_total{reason="MigrationFailed"} 1"#,
    r#"rds_csi_events_posted_total{reason="MigrationStarted"} 5"#,
    r#"rds_csi_events_posted_total{reason="MigrationTimedOut"} 1"#,
    r#"rds_csi_events_posted_total{reason="MountFailed"} 1"#,
    r#"rds_csi_events_posted_total{reason="OrphansCleaned"} 1"#,
    r#"rds_csi_events_posted_total{reason="ProvisioningFailed"} 4"#,
    r#"rds_csi_events_posted_total{reason="ProvisioningSucceeded"} 4"#,
    r#"rds_csi_events_posted_total{reason="StaleMountDetected"} 2"#,
    r#"rds_csi_events_posted_total{reason="StaleMountLost"} 1"#,
    r#"rds_csi_events_posted_total{reason="StaleMountRecovered"} 1"#,
    "rds_csi_migration_duration_seconds_count 5",
    r#"rds_csi_migration_migrations_total{result="failed"} 3"#,
    r#"rds_csi_migration_migrations_total{result="success"} 1"#,
    r#"rds_csi_migration_migrations_total{result="timeout"} 1"#,
    r#"rds_csi_mount_operations_total{operation="mount",status="failure"} 1"#,
    r#"rds_csi_mount_operations_total{operation="mount",status="success"} 2"#,
    r#"rds_csi_mount_operations_total{operation="unmount",status="failure"} 1"#,
    r#"rds_csi_mount_operations_total{operation="unmount",status="success"} 1"#,
    "rds_csi_nvme_connect_duration_seconds_count 4",
    "rds_csi_nvme_connections_active 1",
    r#"rds_csi_nvme_connects_total{status="failure"} 2"#,
    r#"rds_csi_nvme_connects_total{status="success"} 2"#,
    "rds_csi_orphans_cleaned_total 2",
    "rds_csi_stale_mounts_detected_total 2",
    r#"rds_csi_stale_recoveries_total{status="failure"} 1"#,
    r#"rds_csi_stale_recoveries_total{status="success"} 1"#,
    r#"rds_csi_volume_operation_duration_seconds_count{operation="clone"} 3"#,
    r#"rds_csi_volume_operation_duration_seconds_count{operation="create"} 6"#,
    r#"rds_csi_volume_operation_duration_seconds_count{operation="delete"} 2"#,
    r#"rds_csi_volume_operation_duration_seconds_count{operation="expand"} 2"#,
    r#"rds_csi_volume_operations_total{operation="clone",status="failure"} 2"#,
    r#"rds_csi_volume_operations_total{operation="clone",status="success"} 1"#,
    r#"rds_csi_volume_operations_total{operation="create",status="failure"} 3"#,
    r#"rds_csi_volume_operations_total{operation="create",status="success"} 3"#,
    r#"rds_csi_volume_operations_total{operation="delete",status="failure"} 1"#,
    r#"rds_csi_volume_operations_total{operation="delete",status="success"} 1"#,
    r#"rds_csi_volume_operations_total{operation="expand",status="failure"} 1"#,
    r#"rds_csi_volume_operations_total{operation="expand",status="success"} 1"#,
];

#[test]
fn prometheus_has_every_row_and_what_was_driven() {
    const ACTIVE: &str = "rds_csi_migration_active_migrations";
    let driver = Live::start(PROGRAM, &[]);
    driver.check_with_promtool();
    let prometheus = Prometheus::start(&[(JOB, driver.metrics)], &[]);
    prometheus.wait_until_up(PATIENCE);

    // All of it is there before the first call, at zero.
    let before = as_prometheus_has_it(&prometheus, JOB);
    check(&before, TABLE);
    let rows = before.families.iter().filter(|family| family.name.starts_with("rds_csi_"));
    let used: Vec<_> = rows.flat_map(|family| &family.samples).filter(|sample| sample.value != 0.0).collect();
    assert!(used.is_empty(), "{used:?}");
    for (name, help) in HELP {
        assert_eq!(before.family(name).help.as_deref(), Some(*help), "{name}");
    }
    assert_eq!(before.label_values("build_info", "package"), ["storage-driver"]);

    for (method, path, status) in DRIVEN {
        driver.ask(method, path, *status);
    }
    let migration = driver.send("POST", ENDLESS);
    // Prometheus may still have a sample of the migration before it.
    eventually(PATIENCE, || driver.scrape().value(ACTIVE, &[]) == Some(1.0));
    eventually(PATIENCE, || prometheus.value(ACTIVE) == Some(1.0));
    drop(migration);
    eventually(PATIENCE, || prometheus.value(ACTIVE) == Some(0.0));

    let after = as_prometheus_has_it(&prometheus, JOB);
    check(&after, TABLE);
    let changed = changes(&before, &after, "rds_csi_");
    assert_eq!(changed, COUNTED, "{}", changed.join("\n"));
    for (operation, count) in [("clone", 3), ("create", 6), ("delete", 2), ("expand", 2)] {
        adds_up(&after, "rds_csi_volume_operation_duration_seconds", &[("operation", operation)], count);
    }
    adds_up(&after, "rds_csi_nvme_connect_duration_seconds", &[], 4);
    let took = adds_up(&after, "rds_csi_migration_duration_seconds", &[], 5);
    let bounds: Vec<_> = after.histogram("rds_csi_migration_duration_seconds", &[]).buckets;
    assert!(bounds.iter().map(|(bound, _)| *bound).eq(MIGRATION.iter().copied().chain([f64::INFINITY])), "{bounds:?}");
    // One paused for 200 ms, one ran out of its 50 ms.
    assert!(took >= 0.25, "{took} s");
    let slowest = prometheus.value("histogram_quantile(1, rds_csi_migration_duration_seconds_bucket)").unwrap();
    assert!(slowest > 0.0 && slowest <= 600.0, "{slowest} s");

    driver.check_with_promtool();
    driver.end();
}

/// Holds the buckets of a histogram against the number of calls, and returns the sum of their durations: no more and no
/// less than its buckets allow.
#[track_caller]
fn adds_up(exposition: &Exposition, name: &str, labels: &[(&str, &str)], calls: u64) -> f64 {
    let histogram = exposition.histogram(name, labels);
    assert_eq!(histogram.count, calls, "{name} {labels:?}");
    let (mut at_least, mut at_most) = (0.0, 0.0);
    let (mut bound_before, mut calls_before) = (0.0, 0);
    for (bound, calls) in histogram.buckets {
        let inside = u32::try_from(calls.checked_sub(calls_before).expect("buckets are cumulative")).unwrap();
        if inside > 0 {
            at_least += bound_before * f64::from(inside);
            at_most += bound * f64::from(inside);
        }
        (bound_before, calls_before) = (bound, calls);
    }
    assert_eq!(calls_before, calls, "{name} {labels:?}");
    assert!(histogram.sum > at_least && histogram.sum <= at_most, "{name} {labels:?}: {} s", histogram.sum);
    histogram.sum
}
