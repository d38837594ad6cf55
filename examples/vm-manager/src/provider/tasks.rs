//! What providers are called for, and what their hypervisors do then.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Instant;

use example_shared::sync::lock;
use serde::Serialize;

use super::{Machine, MachineInfo, Provider, ProviderError};
use crate::ClassSpec;
use crate::labels::{DomainState, RpcMethod, SnapshotAction};

/// The most processors of a machine.
const MOST_CPUS: u32 = 64;

/// What a provider is called for.
#[derive(Debug)]
pub(crate) enum Request {
    /// Make a machine, turned off.
    Create { machine: String, size: Size, origin: Origin },
    /// Remove a machine, turned on or off.
    Delete { machine: String },
    /// Turn a machine on or off.
    Power { machine: String, on: bool },
    /// Tell of a machine.
    Describe { machine: String },
    /// Change a machine.
    Reconfigure { machine: String, change: Change },
}

/// Processors and memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Size {
    /// Processors.
    pub cpus: u32,
    /// Bytes of memory.
    pub memory: u64,
}

impl From<ClassSpec> for Size {
    fn from(class: ClassSpec) -> Self {
        Self { cpus: class.cpus, memory: class.memory.0 }
    }
}

/// What a new machine's disk begins with.
#[derive(Debug)]
pub(crate) enum Origin {
    /// An image.
    Image(PathBuf),
    /// The disk of another machine, copied or as a layer on it.
    Clone { source: String, linked: bool },
}

/// How a machine is changed.
#[derive(Debug)]
pub(crate) enum Change {
    /// It gets another size.
    Size(Size),
    /// A snapshot of it is taken, removed, or gone back to.
    Snapshot { action: SnapshotAction, snapshot: String },
}

impl Request {
    /// The method that is called.
    pub(super) fn method(&self) -> RpcMethod {
        match self {
            Self::Create { .. } => RpcMethod::Create,
            Self::Delete { .. } => RpcMethod::Delete,
            Self::Power { .. } => RpcMethod::Power,
            Self::Describe { .. } => RpcMethod::Describe,
            Self::Reconfigure { .. } => RpcMethod::Reconfigure,
        }
    }

    /// The machine it is about.
    pub(super) fn machine(&self) -> &str {
        match self {
            Self::Create { machine, .. }
            | Self::Delete { machine }
            | Self::Power { machine, .. }
            | Self::Describe { machine }
            | Self::Reconfigure { machine, .. } => machine,
        }
    }
}

impl Provider {
    /// Carries a request out.
    pub(super) async fn task(&self, request: Request, place: String) -> Result<MachineInfo, ProviderError> {
        match request {
            Request::Create { machine, size, origin } => self.create(machine, size, origin, place).await,
            Request::Delete { machine } => self.delete(&machine).await,
            Request::Power { machine, on } => self.power(&machine, on),
            Request::Describe { machine } => self.with_machine(&machine, |machine| Ok(machine.info())),
            Request::Reconfigure { machine, change: Change::Size(size) } => self.resize(&machine, size),
            Request::Reconfigure { machine, change: Change::Snapshot { action, snapshot } } => {
                self.snapshot(&machine, action, &snapshot).await
            }
        }
    }

    /// A machine that was being turned on breaks down.
    pub(super) fn crash(&self, request: &Request) {
        if let Request::Power { machine, on: true } = request {
            // If there is none, the request returns that error.
            let _ = self.with_machine(machine, |machine| {
                machine.state = DomainState::Crashed;
                Ok(())
            });
        }
    }

    async fn create(
        &self,
        name: String,
        size: Size,
        origin: Origin,
        place: String,
    ) -> Result<MachineInfo, ProviderError> {
        check_size(size)?;
        if lock(&self.machines).contains_key(&name) {
            return Err(ProviderError::AlreadyExists(name));
        }
        let linked_to = match origin {
            Origin::Image(image) => {
                self.disks.make(&name, &image).await?;
                None
            }
            Origin::Clone { source, linked } => {
                self.disks.clone_of(&source, &name, linked).await?;
                linked.then_some(source)
            }
        };
        let state = DomainState::Shutoff;
        let machine = Machine { place, state, size, address: None, snapshots: Vec::new(), linked_to };
        let info = machine.info();
        lock(&self.machines).insert(name, machine);
        Ok(info)
    }

    async fn delete(&self, name: &str) -> Result<MachineInfo, ProviderError> {
        let machine = self.with_machine(name, |machine| Ok(machine.clone()))?;
        if lock(&self.machines).values().any(|other| other.linked_to.as_deref() == Some(name)) {
            return Err(ProviderError::WrongState { machine: name.to_owned(), why: "has linked clones" });
        }
        for snapshot in &machine.snapshots {
            self.disks.remove_snapshot(name, snapshot).await?;
        }
        self.disks.remove(name).await?;
        lock(&self.machines).remove(name);
        Ok(machine.info())
    }

    fn power(&self, name: &str, on: bool) -> Result<MachineInfo, ProviderError> {
        let number = self.addresses.fetch_add(1, Ordering::Relaxed);
        self.with_machine(name, |machine| {
            machine.state = if on { DomainState::Running } else { DomainState::Shutoff };
            let address = Ipv4Addr::from_bits(Ipv4Addr::new(10, 0, 0, 1).to_bits() + number);
            machine.address = on.then(|| (address, Instant::now() + self.calls.address_delay));
            // The guest is not asked here, only when the machine is described.
            Ok(MachineInfo { address: None, ..machine.info() })
        })
    }

    fn resize(&self, name: &str, size: Size) -> Result<MachineInfo, ProviderError> {
        check_size(size)?;
        self.with_machine(name, |machine| {
            machine.size = size;
            Ok(machine.info())
        })
    }

    async fn snapshot(&self, name: &str, action: SnapshotAction, snapshot: &str) -> Result<MachineInfo, ProviderError> {
        let has = self.with_machine(name, |machine| Ok(machine.snapshots.iter().any(|one| one == snapshot)))?;
        let full_name = || format!("{name}/{snapshot}");
        match action {
            SnapshotAction::Create if has => return Err(ProviderError::AlreadyExists(full_name())),
            SnapshotAction::Delete | SnapshotAction::Revert if !has => {
                return Err(ProviderError::NotFound(full_name()));
            }
            SnapshotAction::Create => self.disks.take_snapshot(name, snapshot).await?,
            SnapshotAction::Delete => self.disks.remove_snapshot(name, snapshot).await?,
            SnapshotAction::Revert => self.disks.revert(name, snapshot).await?,
        }
        self.with_machine(name, |machine| {
            match action {
                SnapshotAction::Create => machine.snapshots.push(snapshot.to_owned()),
                SnapshotAction::Delete => machine.snapshots.retain(|one| one != snapshot),
                SnapshotAction::Revert => (machine.state, machine.address) = (DomainState::Shutoff, None),
            }
            Ok(machine.info())
        })
    }
}

fn check_size(size: Size) -> Result<(), ProviderError> {
    if size.cpus > MOST_CPUS {
        return Err(ProviderError::InvalidSpec(format!("{} processors are more than {MOST_CPUS}", size.cpus)));
    }
    Ok(())
}
