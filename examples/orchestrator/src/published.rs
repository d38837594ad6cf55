//! The state of the cluster as gauges, set whenever a scrape asks and at no other time.

use std::sync::Weak;
use std::time::Duration;

use metrics_instrumented::{Gauge, Handle};

use super::Error;
use super::cluster::Cluster;
use super::container::ContainerState;
use super::metrics::{
    Containers, NodeStatus, Nodes, RaftAppliedIndex, RaftIsLeader, RaftLogIndex, RaftPeers, Role, Secrets, Services,
    Volumes,
};

/// The collector's name.
const NAME: &str = "cluster";

/// How long a scrape waits for it.
const LIMIT: Duration = Duration::from_secs(1);

/// Has the process's exporter ask this cluster from now on: of several in a process, the one that was started last is
/// shown. One that is gone is reported by `metrics_instrumented_collector_up`.
pub(super) fn publish(cluster: Weak<Cluster>, exporter: &Handle) -> Result<(), Error> {
    exporter.remove_collector(NAME);
    let shown = move || cluster.upgrade().ok_or("the cluster is gone");
    Ok(exporter.collector(NAME, LIMIT, move || shown().map(|cluster| cluster.set_gauges()))?)
}

impl Cluster {
    fn set_gauges(&self) {
        let nodes = self.nodes();
        for role in Role::ALL {
            for status in NodeStatus::ALL {
                let alike = nodes.iter().filter(|node| (node.role, node.status) == (role, status));
                Nodes { role, status }.set(alike.count());
            }
        }
        let states: Vec<_> = self.containers().map(|(_, container)| container.state()).collect();
        for state in ContainerState::ALL {
            Containers { state }.set(states.iter().filter(|other| **other == state).count());
        }
        self.raft.read(|state| {
            Services.set(state.services.len());
            Secrets.set(state.secrets.len());
            Volumes.set(state.volumes.len());
        });
        let raft = self.raft.status();
        RaftIsLeader.set(raft.is_leader);
        RaftPeers.set(raft.peers);
        RaftLogIndex.set(raft.log_index);
        RaftAppliedIndex.set(raft.applied_index);
    }
}
