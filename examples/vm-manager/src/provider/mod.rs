//! Providers: calls come in, find a session or a connection, and become tasks on machines.

mod disks;
mod fault;
mod libvirt;
mod machine;
mod pool;
mod tasks;
mod vsphere;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use example_shared::locks::NameLocks;
use example_shared::sync::lock;
use metrics_instrumented::{Open, instrumented};
use tokio::time::{sleep, timeout};

use super::labels::{DomainState, ProviderType, RpcMethod, ToldByProvider};
use super::metrics::{ProviderRpc, ProviderTask};
use super::{ProviderError, ProviderSpec};
use disks::Disks;
use fault::Faults;
use libvirt::Libvirt;
use machine::Machine;
use pool::Lease;
use vsphere::Vsphere;

pub use fault::Fault;
pub use machine::MachineInfo;
pub use tasks::Size;
pub(super) use tasks::{Change, Origin, Request};

/// How providers are called.
#[derive(Debug, Clone)]
pub(super) struct Calls {
    /// How long a call may take.
    pub(super) deadline: Duration,
    /// How long a machine is on before it has an address.
    pub(super) address_delay: Duration,
}

/// One provider, with everything that lives on it.
#[derive(Debug)]
pub(super) struct Provider {
    name: String,
    kind: ProviderType,
    spec: Mutex<ProviderSpec>,
    calls: Calls,
    transport: Transport,
    machines: Mutex<BTreeMap<String, Machine>>,
    /// One task per machine at a time.
    locks: NameLocks,
    disks: Disks,
    faults: Faults,
    addresses: AtomicU32,
}

/// How the places of a provider are reached.
#[derive(Debug)]
enum Transport {
    Vsphere(Vsphere),
    Libvirt(Libvirt),
}

impl Provider {
    pub(super) fn new(name: &str, spec: ProviderSpec, calls: Calls, disks: PathBuf) -> Result<Self, ProviderError> {
        let transport = match spec.provider_type {
            ProviderType::Vsphere => Transport::Vsphere(Vsphere::default()),
            ProviderType::Libvirt => Transport::Libvirt(Libvirt::default()),
        };
        Ok(Self {
            name: name.to_owned(),
            kind: spec.provider_type,
            spec: Mutex::new(spec),
            calls,
            transport,
            machines: Mutex::default(),
            locks: NameLocks::default(),
            disks: Disks::create(disks)?,
            faults: Faults::default(),
            addresses: AtomicU32::new(0),
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn provider_type(&self) -> ProviderType {
        self.kind
    }

    /// Takes a changed specification; the kind of provider does not change.
    pub(super) fn update(&self, spec: ProviderSpec) {
        *lock(&self.spec) = spec;
    }

    /// Lets the next calls, or tasks, go wrong.
    pub(super) fn inject(&self, fault: Fault, times: usize) {
        self.faults.inject(fault, times);
    }

    /// Reaches every place once, so that there is a session for the first call.
    pub(super) async fn connect(&self) -> Result<(), ProviderError> {
        self.faults.strike_call(&self.name).await?;
        for place in self.places() {
            drop(self.reach(&place).await);
        }
        Ok(())
    }

    /// Calls the provider, as far away as it is.
    #[instrumented(ProviderRpc {
        provider_type: self.kind,
        method: request.method(),
        component: ToldByProvider::Provider,
    })]
    pub(super) async fn call(&self, request: Request) -> Result<MachineInfo, ProviderError> {
        let deadline = self.calls.deadline;
        timeout(deadline, self.handle(request)).await.unwrap_or(Err(ProviderError::DeadlineExceeded(deadline)))
    }

    /// How many machines each place has in each state, states as in [`DomainState::ALL`].
    pub(super) fn census(&self) -> BTreeMap<String, [u32; DomainState::ALL.len()]> {
        let mut census: BTreeMap<_, _> = self.places().into_iter().map(|place| (place, [0; 3])).collect();
        for machine in lock(&self.machines).values() {
            let counts = census.entry(machine.place.clone()).or_default();
            for (state, count) in DomainState::ALL.iter().zip(counts) {
                *count += u32::from(machine.state == *state);
            }
        }
        census
    }

    async fn handle(&self, request: Request) -> Result<MachineInfo, ProviderError> {
        self.faults.strike_call(&self.name).await?;
        let place = self.place(&request)?;
        let _session = self.reach(&place).await;
        if let Transport::Vsphere(_) = &self.transport {
            Vsphere::called(&place, &request);
        }
        match request.method() {
            RpcMethod::Describe => {
                sleep(self.latency()).await;
                self.with_machine(request.machine(), |machine| Ok(machine.info()))
            }
            _ => self.carry_out(request, place).await,
        }
    }

    #[instrumented(ProviderTask { provider_type: self.kind, provider: Open::new(&self.name) })]
    async fn carry_out(&self, request: Request, place: String) -> Result<MachineInfo, ProviderError> {
        let name = request.machine().to_owned();
        let _lock = self.locks.take(&name).ok_or_else(|| ProviderError::Busy(name.clone()))?;
        sleep(self.latency()).await;
        self.faults.strike_task(&name, || self.crash(&request))?;
        self.task(request, place).await
    }

    async fn reach(&self, place: &str) -> Lease<'_> {
        match &self.transport {
            Transport::Vsphere(vsphere) => vsphere.session(place, self.latency()).await,
            Transport::Libvirt(libvirt) => libvirt.connection(place, self.latency()).await,
        }
    }

    /// Where a request goes: where its machine is; a clone to its source, another new machine where there are the fewest.
    fn place(&self, request: &Request) -> Result<String, ProviderError> {
        match request {
            Request::Create { origin, .. } => {
                let source = match origin {
                    Origin::Image(_) => None,
                    Origin::Clone { source, .. } => {
                        Some(self.with_machine(source, |machine| Ok(machine.place.clone()))?)
                    }
                };
                self.emptiest(|place| source.as_deref().is_none_or(|source| source == place))
            }
            other => self.with_machine(other.machine(), |machine| Ok(machine.place.clone())),
        }
    }

    /// The place with the fewest machines, if it has room for one more.
    fn emptiest(&self, fits: impl Fn(&str) -> bool) -> Result<String, ProviderError> {
        let capacity = lock(&self.spec).capacity;
        let places = self.census().into_iter().filter(|(place, _)| fits(place));
        let counted = places.map(|(place, counts)| (counts.iter().sum::<u32>() as usize, place));
        let emptiest = counted.min().filter(|(machines, _)| *machines < capacity);
        emptiest.map(|(_, place)| place).ok_or_else(|| ProviderError::OutOfCapacity(self.name.clone()))
    }

    fn places(&self) -> Vec<String> {
        lock(&self.spec).places.clone()
    }

    fn latency(&self) -> Duration {
        lock(&self.spec).latency
    }

    /// Looks at a machine, or changes it.
    fn with_machine<T>(
        &self,
        name: &str,
        with: impl FnOnce(&mut Machine) -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        with(lock(&self.machines).get_mut(name).ok_or_else(|| ProviderError::NotFound(name.to_owned()))?)
    }
}
