//! The manager: its start and its end, and the resources that it is given.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use example_shared::sync::lock;
use example_shared::{metrics_endpoint, program};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::labels::Kind;
use super::provider::{Calls, Fault, Provider};
use super::queue::Queue;
use super::resources::{
    ClassSpec, Condition, Entry, ImageSpec, Phase, ProviderSpec, Resources, Status, Vm, VmInfo, VmSpec, check_name,
};
use super::{Error, MachineInfo, domains};

/// How long [`VmManager::settled`] waits.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a manager is started.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to serve the metrics; `None` leaves that to the process the manager is part of.
    pub metrics_listen: Option<SocketAddr>,
    /// The directory to make the working directory in; `None` takes the system's temporary directory.
    pub work_dir: Option<PathBuf>,
    /// How many resources of each kind are reconciled at a time.
    pub workers: usize,
    /// How often a resource is tried again.
    pub retries: u32,
    /// How long it waits before the first time; it doubles with every further one.
    pub backoff: Duration,
    /// How often everything is looked at again; `None` for never.
    pub resync: Option<Duration>,
    /// How long a call to a provider may take.
    pub deadline: Duration,
    /// How long a machine is on before it has an address.
    pub address_delay: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            metrics_listen: None,
            work_dir: None,
            workers: 2,
            retries: 3,
            backoff: Duration::from_millis(200),
            resync: None,
            deadline: Duration::from_secs(2),
            address_delay: Duration::from_millis(300),
        }
    }
}

/// A running VM manager.
///
/// Any number of them can run in one process; they publish the same metrics. Dropping one, after what it is doing now,
/// removes its files.
#[derive(Debug)]
pub struct VmManager {
    pub(super) resources: Mutex<Resources>,
    pub(super) providers: Mutex<BTreeMap<String, Arc<Provider>>>,
    pub(super) queues: Arc<[Queue; 4]>,
    /// Changes whenever a resource was reconciled.
    pub(super) reconciled: watch::Sender<()>,
    pub(super) config: Config,
    /// Where images are.
    pub(super) images: PathBuf,
    /// What images were prepared from.
    pub(super) prepared: Mutex<BTreeMap<String, ImageSpec>>,
    workers: Mutex<Vec<JoinHandle<()>>>,
    metrics_addr: Option<SocketAddr>,
    work_dir: TempDir,
}

impl VmManager {
    /// Starts a manager, in the tokio runtime that this is called in, with a working directory of its own.
    ///
    /// # Errors
    /// If the directory or the metrics' address cannot be had.
    pub fn start(config: Config) -> Result<Arc<Self>, Error> {
        let metrics_addr = config.metrics_listen.map(metrics_endpoint::serve).transpose()?;
        let parent = config.work_dir.clone().unwrap_or_else(std::env::temp_dir);
        let work_dir = program::work_dir("vm-manager", config.work_dir.as_deref())
            .map_err(Error::file("make a directory in", &parent))?;
        let images = work_dir.path().join("images");
        fs::create_dir(&images).map_err(Error::file("make", &images))?;
        let manager = Arc::new(Self {
            resources: Mutex::default(),
            providers: Mutex::default(),
            queues: Arc::new(Kind::ALL.map(Queue::new)),
            reconciled: watch::Sender::new(()),
            config,
            images,
            prepared: Mutex::default(),
            workers: Mutex::default(),
            metrics_addr,
            work_dir,
        });
        *lock(&manager.workers) = manager.spawn_workers();
        domains::publish(&manager)?;
        Ok(manager)
    }

    /// Asks for a provider. Its kind stays what it was at first.
    ///
    /// # Errors
    /// If the name is invalid.
    pub fn apply_provider(&self, name: &str, spec: ProviderSpec) -> Result<(), Error> {
        self.apply(Kind::Provider, name, |resources| {
            resources.providers.insert(name.to_owned(), Entry { spec, condition: Condition::new() });
        })
    }

    /// Asks for a class. Machines that have it are changed if it does.
    ///
    /// # Errors
    /// If the name is invalid.
    pub fn apply_class(&self, name: &str, spec: ClassSpec) -> Result<(), Error> {
        self.apply(Kind::VmClass, name, |resources| {
            resources.classes.insert(name.to_owned(), Entry { spec, condition: Condition::new() });
        })
    }

    /// Asks for an image.
    ///
    /// # Errors
    /// If the name is invalid.
    pub fn apply_image(&self, name: &str, spec: ImageSpec) -> Result<(), Error> {
        self.apply(Kind::VmImage, name, |resources| {
            resources.images.insert(name.to_owned(), Entry { spec, condition: Condition::new() });
        })
    }

    /// Asks for a virtual machine. One that is there stays where it is and keeps its disk; its class and whether it is
    /// on can change.
    ///
    /// # Errors
    /// If the name is invalid.
    pub fn apply_vm(&self, name: &str, spec: VmSpec) -> Result<(), Error> {
        self.apply(Kind::VirtualMachine, name, |resources| {
            let machine = resources.vms.remove(name).and_then(|entry| entry.spec.machine);
            let vm = Vm { spec, deleting: false, machine };
            resources.vms.insert(name.to_owned(), Entry { spec: vm, condition: Condition::new() });
        })
    }

    /// Takes on a virtual machine that is there already.
    pub(super) fn adopt_vm(&self, name: &str, spec: VmSpec, machine: MachineInfo) -> Result<(), Error> {
        self.apply(Kind::VirtualMachine, name, |resources| {
            let vm = Vm { spec, deleting: false, machine: Some(machine) };
            resources.vms.insert(name.to_owned(), Entry { spec: vm, condition: Condition::new() });
        })
    }

    /// Requests the deletion of a virtual machine.
    ///
    /// # Errors
    /// If it does not exist.
    pub fn delete_vm(&self, name: &str) -> Result<(), Error> {
        {
            let mut resources = lock(&self.resources);
            let entry = resources.vms.get_mut(name).ok_or_else(|| not_found(Kind::VirtualMachine, name))?;
            entry.spec.deleting = true;
            entry.condition = Condition::new();
        }
        self.queue(Kind::VirtualMachine).add(name);
        Ok(())
    }

    /// Waits until a resource is ready or given up. One that is gone is ready, with nothing to tell.
    ///
    /// # Errors
    /// If that takes more than a minute.
    pub async fn settled(&self, kind: Kind, name: &str) -> Result<Option<Status>, Error> {
        let mut reconciled = self.reconciled.subscribe();
        let settles = async {
            loop {
                let status = lock(&self.resources).status(kind, name);
                let pending = status.as_ref().is_some_and(|status| status.phase == Phase::Pending);
                // It fails only without a sender, and `self` holds one.
                if (!pending && self.queue(kind).is_idle(name)) || reconciled.changed().await.is_err() {
                    return status;
                }
            }
        };
        let not_settled = |_| Error::NotSettled { kind, name: name.to_owned(), after: PATIENCE };
        timeout(PATIENCE, settles).await.map_err(not_settled)
    }

    /// Has everything looked at again.
    pub fn resync(&self) {
        for kind in Kind::ALL {
            let names = lock(&self.resources).names(kind);
            for name in &names {
                self.queue(kind).add(name);
            }
        }
    }

    /// Lets the next calls to a provider, or tasks of it, go wrong.
    ///
    /// # Errors
    /// If there is no such provider, or it was never reconciled.
    pub fn inject(&self, provider: &str, fault: Fault, times: usize) -> Result<(), Error> {
        let providers = lock(&self.providers);
        providers.get(provider).ok_or_else(|| not_found(Kind::Provider, provider))?.inject(fault, times);
        Ok(())
    }

    /// How far all resources are.
    #[must_use]
    pub fn statuses(&self) -> Vec<Status> {
        let mut resources = lock(&self.resources);
        let all = Kind::ALL.into_iter().flat_map(|kind| {
            let names = resources.names(kind);
            names.into_iter().filter_map(|name| resources.status(kind, &name)).collect::<Vec<_>>()
        });
        all.collect()
    }

    /// All virtual machines, by name.
    #[must_use]
    pub fn vms(&self) -> Vec<VmInfo> {
        let resources = lock(&self.resources);
        resources.vms.keys().filter_map(|name| resources.vm(name)).collect()
    }

    /// The virtual machine of that name, if there is one.
    #[must_use]
    pub fn vm(&self, name: &str) -> Option<VmInfo> {
        lock(&self.resources).vm(name)
    }

    /// Where the metrics are served, if the manager was told to serve them.
    #[must_use]
    pub fn metrics_addr(&self) -> Option<SocketAddr> {
        self.metrics_addr
    }

    /// The queue of a kind.
    pub(super) fn queue(&self, kind: Kind) -> &Queue {
        &self.queues[kind as usize]
    }

    /// A provider that is reconciled; made if it is not there.
    pub(super) fn provider_for(&self, name: &str, spec: ProviderSpec) -> Result<Arc<Provider>, Error> {
        let mut providers = lock(&self.providers);
        if let Some(provider) = providers.get(name) {
            provider.update(spec);
            return Ok(Arc::clone(provider));
        }
        let calls = Calls { deadline: self.config.deadline, address_delay: self.config.address_delay };
        let disks = self.work_dir.path().join("disks").join(name);
        let provider = Arc::new(Provider::new(name, spec, calls, disks)?);
        providers.insert(name.to_owned(), Arc::clone(&provider));
        Ok(provider)
    }

    fn apply(&self, kind: Kind, name: &str, put: impl FnOnce(&mut Resources)) -> Result<(), Error> {
        check_name(name)?;
        put(&mut lock(&self.resources));
        self.queue(kind).add(name);
        Ok(())
    }
}

impl Drop for VmManager {
    fn drop(&mut self) {
        for worker in lock(&self.workers).drain(..) {
            worker.abort();
        }
    }
}

/// The error of a resource that is not there.
pub(super) fn not_found(kind: Kind, name: &str) -> Error {
    Error::NotFound { kind, name: name.to_owned() }
}

#[cfg(test)]
pub(super) mod tests {
    use example_shared::size::ByteSize;

    use super::*;
    use crate::labels::ProviderType;

    pub(crate) const LAB: &str = "lab";

    pub(crate) fn quick() -> Config {
        Config {
            retries: 2,
            backoff: Duration::from_millis(1),
            deadline: Duration::from_millis(200),
            address_delay: Duration::ZERO,
            ..Config::default()
        }
    }

    /// A manager with the libvirt provider [`LAB`], the class `small` and the image `disk`.
    pub(crate) async fn manager(config: Config, hosts: &[&str]) -> Arc<VmManager> {
        let manager = VmManager::start(config).unwrap();
        let places = hosts.iter().map(|host| (*host).to_owned()).collect();
        let provider_type = ProviderType::Libvirt;
        manager
            .apply_provider(LAB, ProviderSpec { provider_type, places, capacity: 2, latency: Duration::ZERO })
            .unwrap();
        manager.apply_class("small", ClassSpec { cpus: 1, memory: ByteSize(1) }).unwrap();
        manager.apply_image("disk", ImageSpec { provider_type, size: ByteSize(100_000), checksum: None }).unwrap();
        for (kind, name) in [(Kind::Provider, LAB), (Kind::VmClass, "small"), (Kind::VmImage, "disk")] {
            assert_eq!(manager.settled(kind, name).await.unwrap().unwrap().phase, Phase::Ready);
        }
        manager
    }

    /// Applies a machine and waits for it.
    pub(crate) async fn apply(manager: &VmManager, name: &str, on: bool) -> VmInfo {
        let (provider, class, image) = (LAB.to_owned(), "small".to_owned(), "disk".to_owned());
        manager.apply_vm(name, VmSpec { provider, class, image, on }).unwrap();
        manager.settled(Kind::VirtualMachine, name).await.unwrap();
        manager.vm(name).unwrap()
    }

    #[tokio::test]
    async fn managers_start_side_by_side_and_leave_nothing_behind() {
        let local = Config { metrics_listen: Some(([127, 0, 0, 1], 0).into()), ..quick() };
        let (first, second) = (manager(local.clone(), &["a"]).await, manager(local, &["b"]).await);
        apply(&first, "web", true).await;
        assert!(second.vm("web").is_none());
        let work_dir = first.work_dir.path().to_owned();
        assert!(work_dir.join("disks/lab/web.disk").is_file());
        drop(first);
        // A worker may have the manager for a moment longer.
        while work_dir.exists() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test]
    async fn a_machine_waits_for_what_it_needs() {
        let manager = VmManager::start(quick()).unwrap();
        assert_eq!(apply(&manager, "web", true).await.status.phase, Phase::Failed);
        let provider_type = ProviderType::Libvirt;
        manager.apply_class("small", ClassSpec { cpus: 1, memory: ByteSize(1) }).unwrap();
        manager.apply_image("disk", ImageSpec { provider_type, size: ByteSize(1), checksum: None }).unwrap();
        manager.settled(Kind::VmImage, "disk").await.unwrap();
        let (places, latency) = (vec!["host".to_owned()], Duration::ZERO);
        manager.apply_provider(LAB, ProviderSpec { provider_type, places, capacity: 1, latency }).unwrap();
        manager.settled(Kind::Provider, LAB).await.unwrap();
        manager.settled(Kind::VirtualMachine, "web").await.unwrap();
        assert_eq!(manager.vm("web").unwrap().status.phase, Phase::Ready);
        let full = apply(&manager, "db", true).await;
        assert_eq!(full.status.message.as_deref(), Some("provider `lab` has no room for another machine"));
    }

    #[tokio::test]
    async fn names_that_leave_their_directory_are_refused() {
        let manager = VmManager::start(quick()).unwrap();
        for name in ["", "..", "a/b", "A", "a.b", &"a".repeat(64)] {
            let refused = manager.apply_class(name, ClassSpec { cpus: 1, memory: ByteSize(1) });
            assert!(matches!(refused, Err(Error::InvalidName(_))), "{name}");
        }
        assert!(manager.statuses().is_empty());
    }
}
