//! What the storage driver publishes, read from a scrape while the driver works.
//!
//! The metrics are the process's, so the tests take turns and compare before and after.

#![allow(clippy::float_cmp, reason = "counts are integers")]

mod table;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use example_acceptance::{changes, check};
use metrics_instrumented_test_support::exposition::Exposition;
use metrics_instrumented_test_support::http::scrape;
use storage_driver::{Config, Driver, Fault, MigrationOptions};
use table::{MIGRATION, TABLE};
use tokio::sync::{Mutex, MutexGuard};

static TURN: Mutex<()> = Mutex::const_new(());

/// A driver that publishes, while it is this test's turn.
struct Publishing {
    driver: Arc<Driver>,
    metrics: SocketAddr,
    _turn: MutexGuard<'static, ()>,
}

impl Publishing {
    /// Waits for this test's turn and starts a driver with the volume `a`.
    async fn start() -> Self {
        let turn = TURN.lock().await;
        let config = Config { metrics_listen: Some(([127, 0, 0, 1], 0).into()), ..Config::default() };
        let driver = Driver::start(config).await.unwrap();
        driver.create("a", 1 << 20, Fault::None).await.unwrap();
        Self { metrics: driver.metrics_addr().unwrap(), driver: Arc::new(driver), _turn: turn }
    }

    fn scrape(&self) -> Exposition {
        scrape(self.metrics)
    }

    /// What changed since `before`; the events aside.
    fn since(&self, before: &Exposition) -> Vec<String> {
        let mut changes = changes(before, &self.scrape(), "rds_csi_");
        changes.retain(|change| !change.starts_with("rds_csi_events_posted_total"));
        changes
    }
}

#[tokio::test]
async fn every_row_exists_as_specified() {
    let publishing = Publishing::start().await;
    check(&publishing.scrape(), TABLE);
}

#[tokio::test]
async fn volume_operations_count_their_outcome() {
    let publishing = Publishing::start().await;
    let (driver, before) = (&publishing.driver, publishing.scrape());
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
        expected.push(format!("rds_csi_volume_operation_duration_seconds_count{{operation=\"{action}\"}} 2"));
        for status in ["failure", "success"] {
            expected.push(format!("rds_csi_volume_operations_total{{operation=\"{action}\",status=\"{status}\"}} 1"));
        }
    }
    expected.sort();
    assert_eq!(publishing.since(&before), expected);
}

#[tokio::test]
async fn connections_are_counted_for_as_long_as_they_are_open() {
    const ACTIVE: &str = "rds_csi_nvme_connections_active";
    let publishing = Publishing::start().await;
    let (driver, before) = (&publishing.driver, publishing.scrape());
    driver.connect("a", Fault::None).await.unwrap();
    driver.create("b", 4096, Fault::None).await.unwrap();
    driver.connect("b", Fault::Fail).await.unwrap_err();
    driver.connect("b", Fault::None).await.unwrap();
    assert_eq!(
        publishing.since(&before),
        [
            "rds_csi_nvme_connect_duration_seconds_count 3",
            "rds_csi_nvme_connections_active 2",
            r#"rds_csi_nvme_connects_total{status="failure"} 1"#,
            r#"rds_csi_nvme_connects_total{status="success"} 2"#,
            r#"rds_csi_volume_operation_duration_seconds_count{operation="create"} 1"#,
            r#"rds_csi_volume_operations_total{operation="create",status="success"} 1"#,
        ]
    );
    assert_eq!(publishing.scrape().value(ACTIVE, &[]), Some(2.0));
    let open = publishing.scrape();
    driver.disconnect("a").await.unwrap();
    assert_eq!(publishing.since(&open), ["rds_csi_nvme_connections_active -1"]);
    drop(publishing.driver);
    assert_eq!(scrape(publishing.metrics).value(ACTIVE, &[]), Some(0.0));
}

#[tokio::test]
async fn mounts_and_maintenance_are_counted() {
    let publishing = Publishing::start().await;
    let (driver, before) = (&publishing.driver, publishing.scrape());
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
        publishing.since(&before),
        [
            r#"rds_csi_mount_operations_total{operation="mount",status="failure"} 1"#,
            r#"rds_csi_mount_operations_total{operation="mount",status="success"} 1"#,
            r#"rds_csi_mount_operations_total{operation="unmount",status="failure"} 1"#,
            "rds_csi_orphans_cleaned_total 2",
            "rds_csi_stale_mounts_detected_total 2",
            r#"rds_csi_stale_recoveries_total{status="failure"} 1"#,
            r#"rds_csi_stale_recoveries_total{status="success"} 1"#,
            r#"rds_csi_volume_operation_duration_seconds_count{operation="create"} 2"#,
            r#"rds_csi_volume_operations_total{operation="create",status="failure"} 2"#,
        ]
    );
}

/// Migrates `a` with `options` until it ends or `patience` does, and checks what was counted: one `result`, the
/// gauge up while the migration runs and back after it.
async fn migration_counts(options: MigrationOptions, patience: Duration, result: &str) {
    const ACTIVE: &str = "rds_csi_migration_active_migrations";
    const DURATION: &str = "rds_csi_migration_duration_seconds";
    let publishing = Publishing::start().await;
    let (driver, before) = (Arc::clone(&publishing.driver), publishing.scrape());
    let migration = tokio::spawn(async move { driver.migrate("a", options).await });
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(publishing.scrape().value(ACTIVE, &[]), Some(1.0));
    let abort = migration.abort_handle();
    if tokio::time::timeout(patience, async { drop(migration.await) }).await.is_err() {
        abort.abort();
        while !abort.is_finished() {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(
        publishing.since(&before),
        [
            "rds_csi_migration_duration_seconds_count 1".to_owned(),
            format!("rds_csi_migration_migrations_total{{result=\"{result}\"}} 1"),
        ]
    );
    let after = publishing.scrape();
    assert_eq!(after.value(ACTIVE, &[]), Some(0.0));
    let lowest = |exposition: &Exposition| exposition.histogram(DURATION, &[]).buckets[0];
    let (bound, were) = lowest(&before);
    assert_eq!(lowest(&after), (bound, were + 1));
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

#[tokio::test]
async fn the_gauge_is_back_at_zero_after_each_result() {
    let publishing = Publishing::start().await;
    let before = publishing.scrape();
    let quick = MigrationOptions { pause: Duration::ZERO, ..SLOW };
    let short = MigrationOptions { timeout: Duration::from_millis(20), ..ENDLESS };
    for options in [quick, MigrationOptions { fault: Fault::Fail, ..quick }, short] {
        drop(publishing.driver.migrate("a", options).await);
        assert_eq!(publishing.scrape().value("rds_csi_migration_active_migrations", &[]), Some(0.0), "{options:?}");
    }
    let mut results = publishing.since(&before);
    results.retain(|line| line.starts_with("rds_csi_migration_migrations_total"));
    let each = ["failed", "success", "timeout"];
    assert_eq!(results, each.map(|result| format!("rds_csi_migration_migrations_total{{result=\"{result}\"}} 1")));
}

#[tokio::test]
async fn migrations_are_counted_in_their_buckets() {
    let publishing = Publishing::start().await;
    let buckets = || publishing.scrape().histogram("rds_csi_migration_duration_seconds", &[]).buckets;
    let before = buckets();
    publishing.driver.migrate("a", SLOW).await.unwrap();
    let after: Vec<_> = before.iter().map(|(bound, count)| (*bound, count + 1)).collect();
    assert_eq!(buckets(), after);
    assert!(after.iter().map(|(bound, _)| *bound).eq(MIGRATION.iter().copied().chain([f64::INFINITY])), "{after:?}");
}
