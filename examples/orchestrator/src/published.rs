//! The state of the cluster as gauges, set whenever a scrape asks and at no other time.

use std::sync::{Mutex, Weak};
use std::time::Duration;

use metrics_instrumented::{Gauge, Handle};

use super::Error;
use super::cluster::Cluster;
use super::container::ContainerState;
use super::metrics::{
    Containers, NodeStatus, Nodes, RaftAppliedIndex, RaftIsLeader, RaftLogIndex, RaftPeers, Role, Secrets, Services,
    Volumes,
};
use crate::sync::lock;

/// How long a scrape waits for it.
const LIMIT: Duration = Duration::from_secs(1);

/// The cluster that is shown: of several in a process, the one that was started last.
static SHOWN: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());

/// Has the process's exporter ask this cluster from now on.
pub(super) fn publish(cluster: Weak<Cluster>, exporter: &Handle) -> Result<(), Error> {
    *lock(&SHOWN) = cluster;
    let shown = || lock(&SHOWN).upgrade().ok_or("the cluster is gone");
    match exporter.collector("cluster", LIMIT, move || shown().map(|cluster| cluster.set_gauges())) {
        // An earlier start in this process.
        Ok(()) | Err(metrics_instrumented::Error::CollectorName { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

impl Cluster {
    fn set_gauges(&self) {
        let nodes = self.nodes();
        for role in Role::ALL {
            for status in NodeStatus::ALL {
                let alike = nodes.iter().filter(|node| (node.role, node.status) == (role, status));
                Nodes { role, status }.set(number(alike.count()));
            }
        }
        let states: Vec<_> = self.containers().map(|(_, container)| container.state()).collect();
        for state in ContainerState::ALL {
            Containers { state }.set(number(states.iter().filter(|other| **other == state).count()));
        }
        self.raft.read(|state| {
            Services.set(number(state.services.len()));
            Secrets.set(number(state.secrets.len()));
            Volumes.set(number(state.volumes.len()));
        });
        let raft = self.raft.status();
        RaftIsLeader.set(f64::from(raft.is_leader));
        RaftPeers.set(number(raft.peers));
        RaftLogIndex.set(number(raft.log_index));
        RaftAppliedIndex.set(number(raft.applied_index));
    }
}

/// A number as gauges have it.
#[allow(clippy::cast_precision_loss, reason = "exact up to 2⁵³")]
fn number(n: usize) -> f64 {
    n as f64
}
