//! vSphere: a datacenter is reached through a session, and every request is a call of its API.

use std::time::Duration;

use metrics_instrumented::{Counter, Open, instrumented};
use tokio::time::sleep;

use super::pool::{Lease, Pool};
use super::{Change, Origin, Request};
use crate::labels::{SnapshotAction, VsphereMethod};
use crate::metrics::{VsphereApiCalls, VsphereSession};

/// The sessions with all datacenters.
#[derive(Debug, Default)]
pub(super) struct Vsphere {
    sessions: Pool,
}

impl Vsphere {
    /// A session, opened if none is idle.
    pub(super) async fn session(&self, datacenter: &str, latency: Duration) -> Lease<'_> {
        match self.sessions.idle(datacenter) {
            Some(session) => session,
            None => self.log_in(datacenter, latency).await,
        }
    }

    #[instrumented(VsphereSession { datacenter: Open::new(datacenter) })]
    async fn log_in(&self, datacenter: &str, latency: Duration) -> Lease<'_> {
        count(VsphereMethod::Login, datacenter);
        sleep(latency).await;
        self.sessions.opened(datacenter)
    }

    /// Counts the call that a request is.
    pub(super) fn called(datacenter: &str, request: &Request) {
        count(method(request), datacenter);
    }
}

fn count(method: VsphereMethod, datacenter: &str) {
    VsphereApiCalls { method, datacenter: Open::new(datacenter) }.increment(1);
}

/// What vSphere calls it.
fn method(request: &Request) -> VsphereMethod {
    match request {
        Request::Create { origin: Origin::Image(_), .. } => VsphereMethod::CreateVm,
        Request::Create { origin: Origin::Clone { .. }, .. } => VsphereMethod::CloneVm,
        Request::Delete { .. } => VsphereMethod::Destroy,
        Request::Power { on: true, .. } => VsphereMethod::PowerOnVm,
        Request::Power { on: false, .. } => VsphereMethod::PowerOffVm,
        Request::Describe { .. } => VsphereMethod::RetrieveProperties,
        Request::Reconfigure { change: Change::Size(_), .. } => VsphereMethod::ReconfigVm,
        Request::Reconfigure { change: Change::Snapshot { action, .. }, .. } => match action {
            SnapshotAction::Create => VsphereMethod::CreateSnapshot,
            SnapshotAction::Delete => VsphereMethod::RemoveSnapshot,
            SnapshotAction::Revert => VsphereMethod::RevertToSnapshot,
        },
    }
}
