//! The storage driver's table.

use example_acceptance::Values::Only;
use example_acceptance::{Row, Values, counter, gauge, histogram};

const BACKEND: &[f64] = &[0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];
/// Bounds of migrations, in seconds.
pub(crate) const MIGRATION: &[f64] = &[15.0, 30.0, 60.0, 90.0, 120.0, 180.0, 300.0, 600.0];
const STATUS: (&str, Values) = ("status", Only(&["success", "failure"]));
const ACTION: (&str, Values) = ("operation", Only(&["create", "delete", "expand", "clone"]));
const REASONS: &[&str] = &[
    "ProvisioningSucceeded",
    "ProvisioningFailed",
    "ConnectionFailed",
    "MountFailed",
    "StaleMountDetected",
    "StaleMountRecovered",
    "StaleMountLost",
    "OrphansCleaned",
    "MigrationStarted",
    "MigrationCompleted",
    "MigrationFailed",
    "MigrationTimedOut",
];

/// All rows, in the order of the specification.
pub(crate) const TABLE: &[Row] = &[
    counter("rds_csi_volume_operations_total", &[ACTION, STATUS]),
    histogram("rds_csi_volume_operation_duration_seconds", &[ACTION], BACKEND),
    counter("rds_csi_nvme_connects_total", &[STATUS]),
    histogram("rds_csi_nvme_connect_duration_seconds", &[], BACKEND),
    gauge("rds_csi_nvme_connections_active", &[]),
    counter("rds_csi_mount_operations_total", &[("operation", Only(&["mount", "unmount"])), STATUS]),
    counter("rds_csi_stale_mounts_detected_total", &[]),
    counter("rds_csi_stale_recoveries_total", &[STATUS]),
    counter("rds_csi_orphans_cleaned_total", &[]),
    counter("rds_csi_events_posted_total", &[("reason", Only(REASONS))]),
    counter("rds_csi_migration_migrations_total", &[("result", Only(&["success", "failed", "timeout"]))]),
    histogram("rds_csi_migration_duration_seconds", &[], MIGRATION),
    gauge("rds_csi_migration_active_migrations", &[]),
    // A migration that hangs never reaches the histogram.
    gauge("rds_csi_migration_active_migrations_oldest_seconds", &[]),
];
