//! Virtual machines: what is done with them on their providers to make them what was asked for.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use example_shared::sync::lock;
use metrics_instrumented::{Open, instrumented};
use tokio::time::sleep;

use super::labels::{DomainState, Kind, VmAction};
use super::metrics::{IpDiscovery, VmOperation, VmReconfigure};
use super::provider::{Change, MachineInfo, Origin, Provider, Request, Size};
use super::resources::ready;
use super::{Error, VmManager, VmSpec};

/// How often a machine's address is requested.
const ADDRESS_ATTEMPTS: u32 = 50;

/// How long to wait in between.
const ADDRESS_PAUSE: Duration = Duration::from_millis(100);

impl VmManager {
    /// Brings a machine to what was asked for: made, of its class, on or off, its address known; or gone.
    pub(super) async fn reconcile_vm(&self, name: &str) -> Result<(), Error> {
        let wanted = lock(&self.resources).vms.get(name).map(|entry| {
            let vm = &entry.spec;
            (vm.spec.clone(), vm.deleting, vm.machine.is_some())
        });
        let Some((spec, deleting, exists)) = wanted else { return Ok(()) };
        if deleting && !exists {
            lock(&self.resources).vms.remove(name);
            return Ok(());
        }
        let provider = self.ready_provider(&spec.provider)?;
        if deleting {
            self.delete_machine(&provider, name).await?;
            lock(&self.resources).vms.remove(name);
            return Ok(());
        }
        let size = Size::from(ready(&lock(&self.resources).classes, Kind::VmClass, &spec.class)?);
        if !exists {
            let image = self.ready_image(&spec.image, provider.provider_type())?;
            self.observe(name, self.create_machine(&provider, name, size, image).await?);
        }
        self.converge(&provider, name, &spec, size).await
    }

    /// Changes what is not as it should be, one thing after the other, and writes down what is there after each.
    async fn converge(&self, provider: &Provider, name: &str, spec: &VmSpec, size: Size) -> Result<(), Error> {
        let mut machine = self.observe(name, self.describe_machine(provider, name).await?);
        if machine.size != size {
            machine = self.observe(name, self.resize_machine(provider, name, size).await?);
        }
        if spec.on != (machine.state == DomainState::Running) {
            machine = self.observe(name, self.power_machine(provider, name, spec.on).await?);
        }
        if spec.on && machine.address.is_none() {
            self.observe(name, self.discover_address(provider, name).await?);
        }
        Ok(())
    }

    #[instrumented(VmOperation {
        operation: VmAction::Create,
        provider_type: provider.provider_type(),
        provider: Open::new(provider.name()),
    })]
    async fn create_machine(
        &self,
        provider: &Provider,
        name: &str,
        size: Size,
        image: PathBuf,
    ) -> Result<MachineInfo, Error> {
        let machine = name.to_owned();
        Ok(provider.call(Request::Create { machine, size, origin: Origin::Image(image) }).await?)
    }

    #[instrumented(VmOperation {
        operation: VmAction::Delete,
        provider_type: provider.provider_type(),
        provider: Open::new(provider.name()),
    })]
    async fn delete_machine(&self, provider: &Provider, name: &str) -> Result<MachineInfo, Error> {
        Ok(provider.call(Request::Delete { machine: name.to_owned() }).await?)
    }

    #[instrumented(VmOperation {
        operation: VmAction::Power,
        provider_type: provider.provider_type(),
        provider: Open::new(provider.name()),
    })]
    async fn power_machine(&self, provider: &Provider, name: &str, on: bool) -> Result<MachineInfo, Error> {
        Ok(provider.call(Request::Power { machine: name.to_owned(), on }).await?)
    }

    #[instrumented(VmOperation {
        operation: VmAction::Describe,
        provider_type: provider.provider_type(),
        provider: Open::new(provider.name()),
    })]
    async fn describe_machine(&self, provider: &Provider, name: &str) -> Result<MachineInfo, Error> {
        Ok(provider.call(Request::Describe { machine: name.to_owned() }).await?)
    }

    /// Counts twice: as an operation on a machine like any other, and in the family of its own that it has.
    #[instrumented(VmReconfigure { provider_type: provider.provider_type() })]
    #[instrumented(VmOperation {
        operation: VmAction::Reconfigure,
        provider_type: provider.provider_type(),
        provider: Open::new(provider.name()),
    })]
    async fn resize_machine(&self, provider: &Provider, name: &str, size: Size) -> Result<MachineInfo, Error> {
        let machine = name.to_owned();
        Ok(provider.call(Request::Reconfigure { machine, change: Change::Size(size) }).await?)
    }

    /// Asks for a running machine's address until it has one.
    #[instrumented(IpDiscovery { provider_type: provider.provider_type() })]
    async fn discover_address(&self, provider: &Provider, name: &str) -> Result<MachineInfo, Error> {
        for _ in 0..ADDRESS_ATTEMPTS {
            let machine = provider.call(Request::Describe { machine: name.to_owned() }).await?;
            if machine.address.is_some() {
                return Ok(machine);
            }
            sleep(ADDRESS_PAUSE).await;
        }
        Err(Error::NoAddress(name.to_owned()))
    }

    /// Stores what a provider reported about a machine.
    pub(super) fn observe(&self, name: &str, machine: MachineInfo) -> MachineInfo {
        if let Some(entry) = lock(&self.resources).vms.get_mut(name) {
            entry.spec.machine = Some(machine.clone());
        }
        machine
    }

    /// A provider that can be called.
    pub(super) fn ready_provider(&self, name: &str) -> Result<Arc<Provider>, Error> {
        ready(&lock(&self.resources).providers, Kind::Provider, name)?;
        let provider = lock(&self.providers).get(name).map(Arc::clone);
        provider.ok_or_else(|| Error::DependencyNotReady { kind: Kind::Provider, name: name.to_owned() })
    }
}
