//! Everything the storage driver publishes, in one place.
//!
//! An operation is declared here once and named by every function that performs it. A call that panics or is
//! cancelled counts as a failure: it is one for the client that requested the volume.

use metrics_instrumented::{Counter, Gauge, LabelValue, Operation};

use super::Error;
use super::migration::Migrated;

/// Bounds of everything that asks the storage backend, in seconds.
pub const BACKEND_BUCKETS: &[f64] = &[0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// Bounds of migrations, in seconds.
pub const MIGRATION_BUCKETS: &[f64] = &[15.0, 30.0, 60.0, 90.0, 120.0, 180.0, 300.0, 600.0];

metrics_instrumented::build_info!();

/// Volume operations against the storage backend.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "rds_csi",
    calls = "volume_operations_total",
    duration(name = "volume_operation_duration_seconds", help = "How long volume operations take."),
    outcome(label = "status", ok = "success", error = "failure", panic = "failure", cancelled = "failure"),
    buckets = BACKEND_BUCKETS,
    objective(success = 99.9, latency = 2.5 @ 99),
)]
pub struct VolumeOperation {
    /// What is done with the volume.
    pub operation: VolumeAction,
}

/// What can be done with a volume.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq)]
#[label(rename_all = "snake_case")]
pub enum VolumeAction {
    /// A new, empty volume.
    Create,
    /// The end of a volume.
    Delete,
    /// More bytes for a volume.
    Expand,
    /// A new volume with the data of another one.
    Clone,
}

/// Attempts to connect to the NVMe target.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "rds_csi",
    calls = "nvme_connects_total",
    duration(name = "nvme_connect_duration_seconds", help = "How long connecting to the NVMe target takes."),
    outcome(label = "status", ok = "success", error = "failure", panic = "failure", cancelled = "failure"),
    buckets = BACKEND_BUCKETS,
)]
pub struct NvmeConnect;

/// NVMe connections that are open now.
///
/// A connection outlives the call that opened it, so it holds its part of this gauge itself.
#[derive(Gauge, Debug, Clone, Copy)]
#[gauge(namespace = "rds_csi", name = "nvme_connections_active")]
pub struct NvmeConnectionsActive;

/// Mounts and unmounts of volumes.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "rds_csi",
    calls = "mount_operations_total",
    outcome(label = "status", ok = "success", error = "failure", panic = "failure", cancelled = "failure")
)]
pub struct MountOperation {
    /// Which of the two.
    pub operation: MountAction,
}

/// What can be done at a mount point.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq)]
#[label(rename_all = "snake_case")]
pub enum MountAction {
    /// The volume appears there.
    Mount,
    /// The volume disappears from there.
    Unmount,
}

/// Mounts found whose volume is no longer behind them.
#[derive(Counter, Debug, Clone, Copy)]
#[counter(namespace = "rds_csi", name = "stale_mounts_detected_total")]
pub struct StaleMountsDetected;

/// Attempts to mount the volume of a stale mount again.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "rds_csi",
    calls = "stale_recoveries_total",
    outcome(label = "status", ok = "success", error = "failure", panic = "failure", cancelled = "failure")
)]
pub struct StaleRecovery;

/// Files removed that no volume's record knew.
#[derive(Counter, Debug, Clone, Copy)]
#[counter(namespace = "rds_csi", name = "orphans_cleaned_total")]
pub struct OrphansCleaned;

/// Kubernetes events posted, by reason.
#[derive(Counter, Debug, Clone, Copy)]
#[counter(namespace = "rds_csi", name = "events_posted_total")]
pub struct EventsPosted {
    /// Why the event was posted.
    pub reason: EventReason,
}

/// The reasons of events, as Kubernetes spells reasons.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventReason {
    /// A volume was created or cloned.
    ProvisioningSucceeded,
    /// A volume could not be created or cloned.
    ProvisioningFailed,
    /// The NVMe target could not be connected to.
    ConnectionFailed,
    /// A volume could not be mounted.
    MountFailed,
    /// A mount no longer shows its volume.
    StaleMountDetected,
    /// A stale mount shows its volume again.
    StaleMountRecovered,
    /// A stale mount could only be removed.
    StaleMountLost,
    /// Files without a record were removed.
    OrphansCleaned,
    /// A migration began.
    MigrationStarted,
    /// A migration succeeded.
    MigrationCompleted,
    /// A migration failed.
    MigrationFailed,
    /// A migration took longer than it was given.
    MigrationTimedOut,
}

/// Migrations of volumes between pools.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "rds_csi",
    subsystem = "migration",
    calls = "migrations_total",
    duration(name = "duration_seconds", help = "How long migrations take."),
    in_flight(name = "active_migrations", help = "Migrations that are running now.", oldest),
    outcome(type = MigrationResult, label = "result", panic = "failed", cancelled = "failed"),
    buckets = MIGRATION_BUCKETS,
)]
pub struct Migration;

/// How a migration ended.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq)]
#[label(rename_all = "snake_case")]
pub enum MigrationResult {
    /// The volume is in the other pool.
    #[label(ok)]
    Success,
    /// The volume is where it was.
    #[label(error)]
    Failed,
    /// The volume is where it was, because the time ran out.
    #[label(error)]
    Timeout,
}

impl From<&Result<Migrated, Error>> for MigrationResult {
    fn from(result: &Result<Migrated, Error>) -> Self {
        match result {
            Ok(_) => Self::Success,
            Err(Error::MigrationTimedOut { .. }) => Self::Timeout,
            Err(_) => Self::Failed,
        }
    }
}
