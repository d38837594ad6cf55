//! What warren publishes about itself as a whole: requests, decisions, cycles, and the state of the cluster.
//!
//! The histograms of one function each stand on that function: those of services and ingresses in `resources.rs`, of
//! containers in `worker.rs`, of the replicated log in `raft/mod.rs`.

use axum::http::{Method, StatusCode};
use axum::response::Response;
use metrics_instrumented::{Gauge, LabelValue, Open, Operation};
use serde::Serialize;

use super::container::ContainerState;

/// Requests to the API.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "warren",
    subsystem = "api",
    calls = "requests_total",
    duration(name = "request_duration_seconds", help = "How long requests to the API take."),
    outcome(type = ApiStatus, label = "status", panic = "500", cancelled = "499"),
)]
pub struct ApiRequest {
    /// The method.
    pub method: ApiMethod,
}

/// The methods of HTTP that the API knows.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq)]
#[label(rename_all = "UPPERCASE")]
pub enum ApiMethod {
    /// Look.
    Get,
    /// Create, or do.
    Post,
    /// Update.
    Put,
    /// Delete.
    Delete,
    /// Anything else; there is nothing to be done with it.
    #[label(skip)]
    Other,
}

impl From<&Method> for ApiMethod {
    fn from(method: &Method) -> Self {
        match *method {
            Method::GET => Self::Get,
            Method::POST => Self::Post,
            Method::PUT => Self::Put,
            Method::DELETE => Self::Delete,
            _ => Self::Other,
        }
    }
}

/// What the API answers.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiStatus {
    /// Here it is.
    #[label(rename = "200", ok)]
    Ok,
    /// There is a new thing.
    #[label(rename = "201", ok)]
    Created,
    /// It is done, and there is nothing to show.
    #[label(rename = "204", ok)]
    NoContent,
    /// The request cannot be understood.
    #[label(rename = "400", ignored)]
    BadRequest,
    /// It does not exist.
    #[label(rename = "404", ignored)]
    NotFound,
    /// The way things are does not allow it.
    #[label(rename = "409", ignored)]
    Conflict,
    /// Something is broken here.
    #[label(rename = "500", error)]
    Internal,
    /// Too few nodes are up.
    #[label(rename = "503", error)]
    Unavailable,
    /// Any other.
    #[label(skip, ignored)]
    Other,
}

impl From<&Response> for ApiStatus {
    fn from(response: &Response) -> Self {
        match response.status() {
            StatusCode::OK => Self::Ok,
            StatusCode::CREATED => Self::Created,
            StatusCode::NO_CONTENT => Self::NoContent,
            StatusCode::BAD_REQUEST => Self::BadRequest,
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::CONFLICT => Self::Conflict,
            StatusCode::INTERNAL_SERVER_ERROR => Self::Internal,
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable,
            _ => Self::Other,
        }
    }
}

/// Containers that were to be started: scheduled on a worker, or failed.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "warren",
    calls(ok = "containers_scheduled_total", error = "containers_failed_total"),
    duration(
        name = "scheduling_latency_seconds",
        help = "How long it takes to find a worker for a container and to start it there."
    )
)]
pub struct Scheduling;

/// Comparisons of what runs with what was decided.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "warren",
    calls = "reconciliation_cycles_total",
    outcome = none,
    duration(
        name = "reconciliation_duration_seconds",
        help = "How long it takes to bring what runs in line with what was decided."
    )
)]
pub struct Reconciliation;

/// Requests from outside, by host and by the container that answers.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "warren",
    subsystem = "ingress",
    calls = "requests_total",
    outcome = none,
    duration(name = "request_duration_seconds", help = "How long it takes until a backend's answer begins."),
    max_series = 11_000
)]
pub struct IngressRequest<'a> {
    /// The requested host; `unknown` if no ingress has it.
    pub host: Open<'a>,
    /// The container that responds, or `none`. Containers come and go, so their series expire after an hour without a request.
    #[label(idle = 3600)]
    pub backend: Open<'a>,
}

/// DNS queries, and failures: those for names that are not there.
#[derive(Operation, Debug, Clone, Copy)]
#[operation(
    namespace = "warren",
    subsystem = "dns",
    calls(name = "queries_total", error = "failures_total"),
    outcome = none,
    duration(name = "query_duration_seconds", help = "How long it takes to answer a DNS query.")
)]
pub struct DnsQuery {
    /// The type of the requested record.
    #[label(rename = "type")]
    pub kind: RecordKind,
}

/// The records that are served.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq)]
#[label(rename_all = "UPPERCASE")]
pub enum RecordKind {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    Aaaa,
    /// A host and a port.
    Srv,
    /// The name of an address.
    Ptr,
}

/// Nodes of the cluster.
#[derive(Gauge, Debug, Clone, Copy)]
#[gauge(namespace = "warren", name = "nodes")]
pub struct Nodes {
    /// What they are for.
    pub role: Role,
    /// Whether they are there.
    pub status: NodeStatus,
}

/// What a node is for.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[label(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// It keeps the log.
    Manager,
    /// It runs containers.
    Worker,
}

impl Role {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Manager, Self::Worker];
}

/// Whether a node is there.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[label(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum NodeStatus {
    /// It is.
    Ready,
    /// It is not.
    Down,
}

impl NodeStatus {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Ready, Self::Down];
}

/// Services that are to run.
#[derive(Gauge, Debug, Clone, Copy)]
#[gauge(namespace = "warren", name = "services")]
pub struct Services;

/// Secrets that containers may be given.
#[derive(Gauge, Debug, Clone, Copy)]
#[gauge(namespace = "warren", name = "secrets")]
pub struct Secrets;

/// Volumes that containers may be given.
#[derive(Gauge, Debug, Clone, Copy)]
#[gauge(namespace = "warren", name = "volumes")]
pub struct Volumes;

/// Containers on the workers' books, by state.
#[derive(Gauge, Debug, Clone, Copy)]
#[gauge(namespace = "warren", name = "containers")]
pub struct Containers {
    /// The state.
    pub state: ContainerState,
}

/// Whether this process's manager leads the others.
#[derive(Gauge, Debug, Clone, Copy)]
#[gauge(namespace = "warren", subsystem = "raft", name = "is_leader")]
pub struct RaftIsLeader;

/// Managers that keep the log.
#[derive(Gauge, Debug, Clone, Copy)]
#[gauge(namespace = "warren", subsystem = "raft", name = "peers")]
pub struct RaftPeers;

/// Last entry of the leader's log.
#[derive(Gauge, Debug, Clone, Copy)]
#[gauge(namespace = "warren", subsystem = "raft", name = "log_index")]
pub struct RaftLogIndex;

/// Last entry of the log that was applied.
#[derive(Gauge, Debug, Clone, Copy)]
#[gauge(namespace = "warren", subsystem = "raft", name = "applied_index")]
pub struct RaftAppliedIndex;
