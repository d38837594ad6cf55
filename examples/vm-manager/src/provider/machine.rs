//! Machines as a provider knows them.

use std::net::Ipv4Addr;
use std::time::Instant;

use serde::Serialize;

use super::Size;
use crate::labels::DomainState;

/// A machine's record.
#[derive(Debug, Clone)]
pub(super) struct Machine {
    /// The datacenter or host it is on.
    pub(super) place: String,
    pub(super) state: DomainState,
    pub(super) size: Size,
    /// The address of its guest, and from when on it has it.
    pub(super) address: Option<(Ipv4Addr, Instant)>,
    pub(super) snapshots: Vec<String>,
    /// The machine whose disk its own is a layer on.
    pub(super) linked_to: Option<String>,
}

/// A machine as its provider describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MachineInfo {
    /// The datacenter or host it is on.
    pub place: String,
    /// Whether it is on.
    pub state: DomainState,
    /// Processors and memory.
    #[serde(flatten)]
    pub size: Size,
    /// The address of its guest, if it is on and has one already.
    pub address: Option<Ipv4Addr>,
    /// Its snapshots, the oldest first.
    pub snapshots: Vec<String>,
    /// The machine whose disk its own is a layer on.
    pub linked_to: Option<String>,
}

impl Machine {
    /// As its provider describes it now.
    pub(super) fn info(&self) -> MachineInfo {
        let now = Instant::now();
        MachineInfo {
            place: self.place.clone(),
            state: self.state,
            size: self.size,
            address: self.address.filter(|(_, from)| *from <= now).map(|(address, _)| address),
            snapshots: self.snapshots.clone(),
            linked_to: self.linked_to.clone(),
        }
    }
}
