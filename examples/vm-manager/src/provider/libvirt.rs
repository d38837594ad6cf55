//! libvirt: a host is reached through a connection.

use std::time::Duration;

use metrics_instrumented::{Open, instrumented};
use tokio::time::sleep;

use super::pool::{Lease, Pool};
use crate::metrics::LibvirtConnection;

/// The connections to all hosts.
#[derive(Debug, Default)]
pub(super) struct Libvirt {
    connections: Pool,
}

impl Libvirt {
    /// A connection, opened if none is idle.
    pub(super) async fn connection(&self, host: &str, latency: Duration) -> Lease<'_> {
        match self.connections.idle(host) {
            Some(connection) => connection,
            None => self.connect(host, latency).await,
        }
    }

    #[instrumented(LibvirtConnection { host: Open::new(host) })]
    async fn connect(&self, host: &str, latency: Duration) -> Lease<'_> {
        sleep(latency).await;
        self.connections.opened(host)
    }
}
