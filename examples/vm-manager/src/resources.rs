//! Resources: what was asked for, and how far that is.

use std::collections::BTreeMap;
use std::time::Duration;

use example_shared::size::ByteSize;
use serde::Serialize;

use super::labels::{Kind, ProviderType};
use super::{Error, MachineInfo};

/// Where machines can run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderSpec {
    /// Its kind.
    pub provider_type: ProviderType,
    /// Its datacenters or hosts.
    pub places: Vec<String>,
    /// How many machines each of them takes.
    pub capacity: usize,
    /// How long it takes for anything.
    pub latency: Duration,
}

/// A size of machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassSpec {
    /// Processors.
    pub cpus: u32,
    /// Memory.
    pub memory: ByteSize,
}

/// A disk that machines begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageSpec {
    /// What kind of provider it is for.
    pub provider_type: ProviderType,
    /// How large it is.
    pub size: ByteSize,
    /// What the digest of its data has to be, if anybody knows.
    pub checksum: Option<u64>,
}

/// A virtual machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VmSpec {
    /// The provider it runs on.
    pub provider: String,
    /// Its class.
    pub class: String,
    /// The image that its disk begins with.
    pub image: String,
    /// Whether it is to be on.
    pub on: bool,
}

/// How far a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It is to be reconciled, for the first time or again.
    Pending,
    /// It is what it should be.
    Ready,
    /// It was given up, until it is applied again.
    Failed,
}

/// How far one resource is, as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// How far it is.
    pub phase: Phase,
    /// Why it does not progress.
    pub message: Option<String>,
}

/// A virtual machine as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VmInfo {
    /// How far it is.
    #[serde(flatten)]
    pub status: Status,
    /// What was asked for.
    pub spec: VmSpec,
    /// What the provider has, as it told last.
    pub machine: Option<MachineInfo>,
}

/// What was asked for, and how far that is.
#[derive(Debug)]
pub(super) struct Entry<S> {
    pub(super) spec: S,
    pub(super) condition: Condition,
}

/// How far a resource is.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) phase: Phase,
    pub(super) message: Option<String>,
    /// How often it failed since it was applied.
    pub(super) failures: u32,
}

impl Condition {
    pub(super) fn new() -> Self {
        Self { phase: Phase::Pending, message: None, failures: 0 }
    }
}

/// A virtual machine's record.
#[derive(Debug)]
pub(super) struct Vm {
    pub(super) spec: VmSpec,
    /// Whether it is to go.
    pub(super) deleting: bool,
    /// What the provider has, as it told last; nothing before it has made the machine.
    pub(super) machine: Option<MachineInfo>,
}

/// All resources.
#[derive(Debug, Default)]
pub(super) struct Resources {
    pub(super) providers: BTreeMap<String, Entry<ProviderSpec>>,
    pub(super) classes: BTreeMap<String, Entry<ClassSpec>>,
    pub(super) images: BTreeMap<String, Entry<ImageSpec>>,
    pub(super) vms: BTreeMap<String, Entry<Vm>>,
}

impl Resources {
    /// How far a resource is, to be changed.
    pub(super) fn condition(&mut self, kind: Kind, name: &str) -> Option<&mut Condition> {
        match kind {
            Kind::VirtualMachine => self.vms.get_mut(name).map(|entry| &mut entry.condition),
            Kind::VmClass => self.classes.get_mut(name).map(|entry| &mut entry.condition),
            Kind::VmImage => self.images.get_mut(name).map(|entry| &mut entry.condition),
            Kind::Provider => self.providers.get_mut(name).map(|entry| &mut entry.condition),
        }
    }

    /// How far one resource is.
    pub(super) fn status(&mut self, kind: Kind, name: &str) -> Option<Status> {
        self.condition(kind, name).map(|condition| status(kind, name, condition))
    }

    /// The names of all resources of a kind.
    pub(super) fn names(&self, kind: Kind) -> Vec<String> {
        match kind {
            Kind::VirtualMachine => self.vms.keys().cloned().collect(),
            Kind::VmClass => self.classes.keys().cloned().collect(),
            Kind::VmImage => self.images.keys().cloned().collect(),
            Kind::Provider => self.providers.keys().cloned().collect(),
        }
    }

    /// A virtual machine as others see it.
    pub(super) fn vm(&self, name: &str) -> Option<VmInfo> {
        self.vms.get(name).map(|entry| VmInfo {
            status: status(Kind::VirtualMachine, name, &entry.condition),
            spec: entry.spec.spec.clone(),
            machine: entry.spec.machine.clone(),
        })
    }
}

/// What can be read of a resource that another one needs.
pub(super) fn ready<S: Clone>(entries: &BTreeMap<String, Entry<S>>, kind: Kind, name: &str) -> Result<S, Error> {
    match entries.get(name) {
        Some(entry) if entry.condition.phase == Phase::Ready => Ok(entry.spec.clone()),
        _ => Err(Error::DependencyNotReady { kind, name: name.to_owned() }),
    }
}

/// Names are parts of paths and of labels, so not every text is one.
pub(super) fn check_name(name: &str) -> Result<(), Error> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=63).contains(&name.len()) && name.bytes().all(fits) {
        Ok(())
    } else {
        Err(Error::InvalidName(name.to_owned()))
    }
}

fn status(kind: Kind, name: &str, condition: &Condition) -> Status {
    Status { kind, name: name.to_owned(), phase: condition.phase, message: condition.message.clone() }
}
