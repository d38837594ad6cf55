//! Everything the volume operator publishes, in one place.
//!
//! A phase is tried several times and counted once: its failure says that the retries are exhausted. What a phase tries
//! (creating the pod, cleaning up) is counted for each attempt. A call that panics or is cancelled is a failure.

use metrics_instrumented::{LabelValue, Open, Operation};

/// Bounds of phases, in seconds.
pub const PHASE_BUCKETS: &[f64] = &[0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0];

/// Phases of transfers; started without success or failure is what has not come back.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "datamover",
    calls = "operations_total",
    started,
    duration(name = "phase_duration_seconds", help = "How long phases of transfers take, retries included."),
    outcome(label = "status", ok = "success", error = "failure", panic = "failure", cancelled = "failure"),
    buckets = PHASE_BUCKETS,
    max_series = 2_000,
)]
pub struct PhaseOperation<'a> {
    /// Which phase.
    pub phase: Phase,
    /// The source's namespace.
    pub namespace: Open<'a>,
}

/// The phases of a transfer.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The source is cloned.
    #[label(rename = "CreatingClonedPVC")]
    CreatingClonedPvc,
    /// The pod that copies is started.
    CreatingPod,
    /// Pod and clone are removed.
    CleaningUp,
}

/// Attempts to clean up after a transfer.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "datamover",
    calls = "cleanup_operations_total",
    outcome(label = "status", ok = "success", error = "failure", panic = "failure", cancelled = "failure")
)]
pub struct Cleanup<'a> {
    /// The source's namespace.
    pub namespace: Open<'a>,
}

/// Attempts to start the pod of a transfer.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "datamover",
    calls = "pod_creation_operations_total",
    started,
    outcome(label = "status", ok = "success", error = "failure", panic = "failure", cancelled = "failure")
)]
pub struct PodCreation<'a> {
    /// The source's namespace.
    pub namespace: Open<'a>,
}

/// Attempts to copy the clone into the target.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "datamover",
    calls = "data_sync_operations_total",
    outcome(label = "status", ok = "success", error = "failure", panic = "failure", cancelled = "failure")
)]
pub struct DataSync<'a> {
    /// The source's namespace.
    pub namespace: Open<'a>,
}
