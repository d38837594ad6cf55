//! What the storage driver publishes, read from the exposition while the driver works.
//!
//! The metrics are the process's, so the tests take turns and compare before and after.

#![allow(clippy::float_cmp, reason = "counts are whole numbers")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use metrics_instrumented_examples::storage_driver::{Config, Driver, Fault, MigrationOptions};
use tokio::sync::{Mutex, MutexGuard};

static TURN: Mutex<()> = Mutex::const_new(());

const BACKEND: &str = "0.1 0.25 0.5 1 2.5 5 10 30 60 +Inf";
const MIGRATION: &str = "15 30 60 90 120 180 300 600 +Inf";

/// Labels, each with its values.
type Labels<'a> = &'a [(&'a str, &'a str)];

/// Waits for this test's turn and starts a driver that publishes, with the volume `a`.
async fn driver() -> (MutexGuard<'static, ()>, Arc<Driver>) {
    let turn = TURN.lock().await;
    let config = Config { metrics_listen: Some(([127, 0, 0, 1], 0).into()), ..Config::default() };
    let driver = Driver::start(config).await.unwrap();
    driver.create("a", 1 << 20, Fault::None).await.unwrap();
    (turn, Arc::new(driver))
}

/// An exposition, taken apart.
struct Exposition {
    /// `name` → `type`.
    types: BTreeMap<String, String>,
    /// `name{a="x",b="y"}` → value, labels by name.
    values: BTreeMap<String, f64>,
}

impl Exposition {
    fn now() -> Self {
        let text = metrics_instrumented::handle().unwrap().render();
        let (mut types, mut values) = (BTreeMap::new(), BTreeMap::new());
        for line in text.lines().filter(|line| line.contains("rds_csi_")) {
            if let Some(family) = line.strip_prefix("# TYPE ") {
                let (name, kind) = family.split_once(' ').unwrap();
                types.insert(name.to_owned(), kind.to_owned());
            } else if !line.starts_with('#') {
                let (series, value) = line.rsplit_once(' ').unwrap();
                let (name, labels) = series.strip_suffix('}').and_then(|s| s.split_once('{')).unwrap_or((series, ""));
                let labels: BTreeSet<_> = labels.split(',').collect();
                let labels = labels.into_iter().collect::<Vec<_>>().join(",");
                values.insert(format!("{name}{{{labels}}}"), value.parse().unwrap());
            }
        }
        Self { types, values }
    }

    fn value(&self, series: &str) -> f64 {
        *self.values.get(series).unwrap_or_else(|| panic!("no {series}"))
    }

    /// What changed since `before`, as `series +n`; the times themselves are left out.
    fn since(&self, before: &Self) -> Vec<String> {
        let changed = |(series, value): (&String, &f64)| {
            let more = value - before.value(series);
            let told = series.contains("_bucket{") || series.contains("_sum{") || series.contains("events_posted");
            (more != 0.0 && !told).then(|| format!("{} {more:+}", series.trim_end_matches("{}")))
        };
        self.values.iter().filter_map(changed).collect()
    }
}

/// All series of a family: every combination of the labels' values.
fn series(name: &str, labels: Labels<'_>) -> Vec<String> {
    let mut sets = vec![String::new()];
    for (label, values) in labels {
        sets = sets
            .iter()
            .flat_map(|set| values.split(' ').map(move |value| format!("{set},{label}=\"{value}\"")))
            .collect();
    }
    sets.iter().map(|set| format!("{name}{{{}}}", set.trim_start_matches(','))).collect()
}

#[tokio::test]
async fn every_row_is_there_as_it_is_specified() {
    let (_turn, _driver) = driver().await;
    let status = ("status", "success failure");
    let action = ("operation", "create delete expand clone");
    let reasons = "ProvisioningSucceeded ProvisioningFailed ConnectionFailed MountFailed StaleMountDetected \
                   StaleMountRecovered StaleMountLost OrphansCleaned MigrationStarted MigrationCompleted \
                   MigrationFailed MigrationTimedOut";
    let rows: [(&str, &str, Labels<'_>, &str); 13] = [
        ("volume_operations_total", "counter", &[action, status], ""),
        ("volume_operation_duration_seconds", "histogram", &[action], BACKEND),
        ("nvme_connects_total", "counter", &[status], ""),
        ("nvme_connect_duration_seconds", "histogram", &[], BACKEND),
        ("nvme_connections_active", "gauge", &[], ""),
        ("mount_operations_total", "counter", &[("operation", "mount unmount"), status], ""),
        ("stale_mounts_detected_total", "counter", &[], ""),
        ("stale_recoveries_total", "counter", &[status], ""),
        ("orphans_cleaned_total", "counter", &[], ""),
        ("events_posted_total", "counter", &[("reason", reasons)], ""),
        ("migration_migrations_total", "counter", &[("result", "success failed timeout")], ""),
        ("migration_duration_seconds", "histogram", &[], MIGRATION),
        ("migration_active_migrations", "gauge", &[], ""),
    ];
    let mut types = BTreeMap::new();
    let mut expected = BTreeSet::new();
    for (name, kind, labels, buckets) in rows {
        let name = format!("rds_csi_{name}");
        types.insert(name.clone(), kind.to_owned());
        if kind == "histogram" {
            expected.extend(series(&format!("{name}_sum"), labels));
            expected.extend(series(&format!("{name}_count"), labels));
            let mut labels = labels.to_vec();
            labels.insert(0, ("le", buckets));
            expected.extend(series(&format!("{name}_bucket"), &labels));
        } else {
            expected.extend(series(&name, labels));
        }
    }
    let exposition = Exposition::now();
    assert_eq!(exposition.types, types);
    assert_eq!(exposition.values.into_keys().collect::<BTreeSet<_>>(), expected);
}

#[tokio::test]
async fn volume_operations_count_their_outcome() {
    let (_turn, driver) = driver().await;
    let before = Exposition::now();
    driver.create("b", 4096, Fault::None).await.unwrap();
    driver.create("b", 4096, Fault::None).await.unwrap_err();
    driver.expand("b", 8192).unwrap();
    driver.expand("b", 4096).unwrap_err();
    driver.clone_volume("b", "c").await.unwrap();
    driver.clone_volume("none", "d").await.unwrap_err();
    driver.delete("b").await.unwrap();
    driver.delete("b").await.unwrap_err();
    let mut expected = Vec::new();
    for action in ["clone", "create", "delete", "expand"] {
        expected.push(format!("rds_csi_volume_operation_duration_seconds_count{{operation=\"{action}\"}} +2"));
        for status in ["failure", "success"] {
            expected.push(format!("rds_csi_volume_operations_total{{operation=\"{action}\",status=\"{status}\"}} +1"));
        }
    }
    expected.sort();
    assert_eq!(Exposition::now().since(&before), expected);
}

#[tokio::test]
async fn connections_are_counted_for_as_long_as_they_are_open() {
    const ACTIVE: &str = "rds_csi_nvme_connections_active{}";
    let (_turn, driver) = driver().await;
    let before = Exposition::now();
    driver.connect("a", Fault::None).await.unwrap();
    driver.create("b", 4096, Fault::None).await.unwrap();
    driver.connect("b", Fault::Fail).await.unwrap_err();
    driver.connect("b", Fault::None).await.unwrap();
    let open = Exposition::now();
    assert_eq!(open.value(ACTIVE), 2.0);
    let connects = |status: &str| {
        let series = format!("rds_csi_nvme_connects_total{{status=\"{status}\"}}");
        open.value(&series) - before.value(&series)
    };
    assert_eq!((connects("success"), connects("failure")), (2.0, 1.0));
    let attempts = "rds_csi_nvme_connect_duration_seconds_count{}";
    assert_eq!(open.value(attempts) - before.value(attempts), 3.0);
    driver.disconnect("a").await.unwrap();
    assert_eq!(Exposition::now().since(&open), ["rds_csi_nvme_connections_active -1"]);
    drop(driver);
    assert_eq!(Exposition::now().value(ACTIVE), 0.0);
}

#[tokio::test]
async fn mounts_and_maintenance_are_counted() {
    let (_turn, driver) = driver().await;
    let before = Exposition::now();
    driver.mount("a", Fault::None).unwrap();
    driver.mount("a", Fault::None).unwrap_err();
    driver.lose("a", true).unwrap();
    driver.maintain().await.unwrap();
    driver.lose("a", false).unwrap();
    driver.maintain().await.unwrap();
    driver.unmount("a").unwrap_err();
    for name in ["x", "y"] {
        driver.create(name, 4096, Fault::Fail).await.unwrap_err();
    }
    driver.maintain().await.unwrap();
    assert_eq!(
        Exposition::now().since(&before),
        [
            r#"rds_csi_mount_operations_total{operation="mount",status="failure"} +1"#,
            r#"rds_csi_mount_operations_total{operation="mount",status="success"} +1"#,
            r#"rds_csi_mount_operations_total{operation="unmount",status="failure"} +1"#,
            "rds_csi_orphans_cleaned_total +2",
            "rds_csi_stale_mounts_detected_total +2",
            r#"rds_csi_stale_recoveries_total{status="failure"} +1"#,
            r#"rds_csi_stale_recoveries_total{status="success"} +1"#,
            r#"rds_csi_volume_operation_duration_seconds_count{operation="create"} +2"#,
            r#"rds_csi_volume_operations_total{operation="create",status="failure"} +2"#,
        ]
    );
}

/// Migrates `a` with `options` until it ends or `patience` does, and checks what was counted: one `result`, the
/// gauge up while the migration runs and back after it.
async fn migration_counts(options: MigrationOptions, patience: Duration, result: &str) {
    const ACTIVE: &str = "rds_csi_migration_active_migrations{}";
    let (_turn, driver) = driver().await;
    let before = Exposition::now();
    let migration = tokio::spawn(async move { driver.migrate("a", options).await });
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(Exposition::now().value(ACTIVE), 1.0);
    let abort = migration.abort_handle();
    if tokio::time::timeout(patience, async { drop(migration.await) }).await.is_err() {
        abort.abort();
        while !abort.is_finished() {
            tokio::task::yield_now().await;
        }
    }
    let after = Exposition::now();
    assert_eq!(after.value(ACTIVE), 0.0);
    assert_eq!(
        after.since(&before),
        [
            "rds_csi_migration_duration_seconds_count +1".to_owned(),
            format!("rds_csi_migration_migrations_total{{result=\"{result}\"}} +1"),
        ]
    );
    let bucket = "rds_csi_migration_duration_seconds_bucket{le=\"15\"}";
    assert_eq!(after.value(bucket), before.value(bucket) + 1.0);
}

/// Four chunks, 200 ms.
const SLOW: MigrationOptions =
    MigrationOptions { timeout: Duration::from_secs(30), pause: Duration::from_millis(50), fault: Fault::None };
/// Would take two minutes.
const ENDLESS: MigrationOptions = MigrationOptions { pause: Duration::from_secs(30), ..SLOW };
const PATIENT: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_migration_that_succeeds() {
    migration_counts(SLOW, PATIENT, "success").await;
}

#[tokio::test]
async fn a_migration_that_runs_out_of_time() {
    migration_counts(MigrationOptions { timeout: Duration::from_millis(100), ..ENDLESS }, PATIENT, "timeout").await;
}

#[tokio::test]
async fn a_migration_that_is_cancelled() {
    migration_counts(ENDLESS, Duration::from_millis(50), "failed").await;
}

#[tokio::test]
async fn a_migration_that_fails() {
    migration_counts(MigrationOptions { fault: Fault::Fail, ..SLOW }, PATIENT, "failed").await;
}

#[tokio::test]
async fn a_migration_that_panics() {
    migration_counts(MigrationOptions { fault: Fault::Panic, ..SLOW }, PATIENT, "failed").await;
}
