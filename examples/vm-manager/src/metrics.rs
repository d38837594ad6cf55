//! Everything the VM manager publishes, in one place.
//!
//! An operation of the manager ends in one of three ways. *Success*: it did what was requested. *Failure*: it was carried
//! out, and failed there: the hypervisor's task broke off, an image is not what it should be. *Error*: it could not be
//! carried out: nobody answered, something it needs is missing, the request was refused. Panics and cancelled calls are
//! errors.

use metrics_instrumented::{Counter, Gauge, Open, Operation};

use super::labels::{
    Code, DomainState, Kind, Outcome, ProviderType, RpcMethod, SnapshotAction, ToldByManager, ToldByProvider, VmAction,
    VsphereMethod,
};
use super::{Error, ProviderError};

/// Bounds of every duration, in seconds.
pub const DURATION_BUCKETS: &[f64] =
    &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0];

metrics_instrumented::build_info!("virtrigaud_build_info", version, git_sha, rust_version);

/// Reconciliations of resources.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "virtrigaud",
    calls(name = "manager_reconcile_total", labels(kind)),
    duration(
        name = "manager_reconcile_duration_seconds",
        help = "How long reconciliations of resources take.",
        labels(kind)
    ),
    errors(
        name = "errors_total",
        help = "Errors, by reason and by the component that tells of them.",
        label = "reason",
        type = Error,
        labels(component)
    ),
    outcome(type = Outcome, panic = "error", cancelled = "error"),
    buckets = DURATION_BUCKETS,
)]
pub struct Reconcile {
    /// What is reconciled.
    pub kind: Kind,
    /// Who tells of the error.
    pub component: ToldByManager,
}

/// Resources that wait to be reconciled.
#[derive(Gauge, Debug, Clone, Copy)]
#[gauge(namespace = "virtrigaud", name = "queue_depth")]
pub struct QueueDepth {
    /// Of what kind they are.
    pub kind: Kind,
}

/// Operations on virtual machines.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "virtrigaud",
    calls = "vm_operations_total",
    outcome(type = Outcome, panic = "error", cancelled = "error"),
    max_series = 6_000
)]
pub struct VmOperation<'a> {
    /// What is done.
    pub operation: VmAction,
    /// On what kind of provider.
    pub provider_type: ProviderType,
    /// On which provider.
    pub provider: Open<'a>,
}

/// Reconfigurations of virtual machines.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "virtrigaud",
    calls = "vm_reconfigure_total",
    outcome(type = Outcome, panic = "error", cancelled = "error")
)]
pub struct VmReconfigure {
    /// On what kind of provider.
    pub provider_type: ProviderType,
}

/// What is done with snapshots of virtual machines.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "virtrigaud",
    calls = "vm_snapshot_total",
    outcome(type = Outcome, panic = "error", cancelled = "error")
)]
pub struct VmSnapshot {
    /// What is done.
    pub action: SnapshotAction,
    /// On what kind of provider.
    pub provider_type: ProviderType,
}

/// Clones made of virtual machines.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "virtrigaud",
    calls = "vm_clone_total",
    outcome(type = Outcome, panic = "error", cancelled = "error")
)]
pub struct VmClone {
    /// Whether the clone's disk is a layer on its source's disk.
    pub linked: bool,
    /// On what kind of provider.
    pub provider_type: ProviderType,
}

/// Images made ready for a kind of provider.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "virtrigaud",
    calls = "vm_image_prepare_total",
    outcome(type = Outcome, panic = "error", cancelled = "error")
)]
pub struct VmImagePrepare {
    /// For what kind of provider.
    pub provider_type: ProviderType,
}

/// Calls to providers.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "virtrigaud",
    calls(name = "provider_rpc_requests_total", labels(provider_type, method)),
    duration(
        name = "provider_rpc_latency_seconds",
        help = "How long calls to providers take.",
        labels(provider_type, method)
    ),
    errors(
        name = "errors_total",
        help = "Errors, by reason and by the component that tells of them.",
        label = "reason",
        type = ProviderError,
        labels(component)
    ),
    outcome(type = Code, label = "code", panic = "INTERNAL", cancelled = "CANCELLED"),
    buckets = DURATION_BUCKETS,
)]
pub struct ProviderRpc {
    /// What kind of provider is called.
    pub provider_type: ProviderType,
    /// What is called.
    pub method: RpcMethod,
    /// Who tells of the error.
    pub component: ToldByProvider,
}

/// Tasks that a provider is carrying out.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(namespace = "virtrigaud", in_flight(name = "provider_tasks_inflight", peak))]
pub struct ProviderTask<'a> {
    /// What kind of provider.
    pub provider_type: ProviderType,
    /// Which provider.
    pub provider: Open<'a>,
}

/// How long it takes until the address of a machine that runs is known.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(namespace = "virtrigaud", duration = "ip_discovery_duration_seconds", buckets = DURATION_BUCKETS)]
pub struct IpDiscovery {
    /// On what kind of provider it runs.
    pub provider_type: ProviderType,
}

/// Sessions opened with vSphere.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(namespace = "virtrigaud", calls(ok = "vsphere_sessions_total"))]
pub struct VsphereSession<'a> {
    /// With which datacenter.
    pub datacenter: Open<'a>,
}

/// Calls of vSphere's API.
#[derive(Counter, Debug, Clone, Copy)]
#[counter(namespace = "virtrigaud", name = "vsphere_api_calls_total", max_series = 2_000)]
pub struct VsphereApiCalls<'a> {
    /// What was called.
    pub method: VsphereMethod,
    /// Of which datacenter.
    pub datacenter: Open<'a>,
}

/// Connections opened to libvirt.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(namespace = "virtrigaud", calls(ok = "libvirt_connections_total"))]
pub struct LibvirtConnection<'a> {
    /// On which host.
    pub host: Open<'a>,
}

/// Domains that libvirt knows, read at each scrape.
#[derive(Gauge, Debug, Clone, Copy)]
#[gauge(namespace = "virtrigaud", name = "libvirt_domains")]
pub struct LibvirtDomains<'a> {
    /// On which host. A host that was not read for an hour has been removed.
    #[label(idle = 3600)]
    pub host: Open<'a>,
    /// In which state.
    pub state: DomainState,
}
