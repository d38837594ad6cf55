//! What is done with machines at once, without a resource that asks for it: snapshots and clones.

use example_shared::sync::lock;
use metrics_instrumented::instrumented;

use super::labels::{Kind, SnapshotAction};
use super::manager::not_found;
use super::metrics::{VmClone, VmSnapshot};
use super::provider::{Change, MachineInfo, Origin, Provider, Request, Size};
use super::resources::{VmSpec, check_name, ready};
use super::{Error, VmManager};

impl VmManager {
    /// Takes a snapshot of a virtual machine, removes one, or goes back to one. What it goes back to is off; the
    /// reconcile loop turns it on again.
    ///
    /// # Errors
    /// If there is no such machine, or its provider rejects the request.
    pub async fn snapshot(&self, vm: &str, action: SnapshotAction, snapshot: &str) -> Result<MachineInfo, Error> {
        check_name(snapshot)?;
        let spec = self.made(vm)?;
        let provider = self.ready_provider(&spec.provider)?;
        let machine = self.snapshot_machine(&provider, vm, action, snapshot).await?;
        self.queue(Kind::VirtualMachine).add(vm);
        Ok(self.observe(vm, machine))
    }

    /// Makes the virtual machine `to` with the disk of `vm`: a copy of it or, `linked`, a layer on it. While there is a
    /// linked clone, its source cannot be deleted.
    ///
    /// # Errors
    /// If there is no such machine, `to` is taken, or the provider rejects the request.
    pub async fn clone_vm(&self, vm: &str, to: &str, linked: bool) -> Result<MachineInfo, Error> {
        check_name(to)?;
        let spec = self.made(vm)?;
        if self.vm(to).is_some() {
            return Err(Error::AlreadyExists { kind: Kind::VirtualMachine, name: to.to_owned() });
        }
        let size = Size::from(ready(&lock(&self.resources).classes, Kind::VmClass, &spec.class)?);
        let provider = self.ready_provider(&spec.provider)?;
        let machine = self.clone_machine(&provider, vm, to, linked, size).await?;
        self.adopt_vm(to, spec, machine.clone())?;
        Ok(machine)
    }

    #[instrumented(VmSnapshot { action, provider_type: provider.provider_type() })]
    async fn snapshot_machine(
        &self,
        provider: &Provider,
        vm: &str,
        action: SnapshotAction,
        snapshot: &str,
    ) -> Result<MachineInfo, Error> {
        let change = Change::Snapshot { action, snapshot: snapshot.to_owned() };
        Ok(provider.call(Request::Reconfigure { machine: vm.to_owned(), change }).await?)
    }

    #[instrumented(VmClone { linked, provider_type: provider.provider_type() })]
    async fn clone_machine(
        &self,
        provider: &Provider,
        vm: &str,
        to: &str,
        linked: bool,
        size: Size,
    ) -> Result<MachineInfo, Error> {
        let origin = Origin::Clone { source: vm.to_owned(), linked };
        Ok(provider.call(Request::Create { machine: to.to_owned(), size, origin }).await?)
    }

    /// What was asked for of a machine that is there.
    fn made(&self, vm: &str) -> Result<VmSpec, Error> {
        let resources = lock(&self.resources);
        let entry = resources.vms.get(vm).filter(|entry| entry.spec.machine.is_some());
        entry.map(|entry| entry.spec.spec.clone()).ok_or_else(|| not_found(Kind::VirtualMachine, vm))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProviderError;
    use crate::labels::DomainState;
    use crate::manager::tests::{apply, manager, quick};

    #[tokio::test]
    async fn a_machine_goes_back_to_its_snapshot_and_on_again() {
        let manager = manager(quick(), &["host"]).await;
        apply(&manager, "web", true).await;
        manager.snapshot("web", SnapshotAction::Create, "one").await.unwrap();
        let reverted = manager.snapshot("web", SnapshotAction::Revert, "one").await.unwrap();
        assert_eq!((reverted.state, reverted.snapshots), (DomainState::Shutoff, vec!["one".to_owned()]));
        manager.settled(Kind::VirtualMachine, "web").await.unwrap();
        assert_eq!(manager.vm("web").unwrap().machine.unwrap().state, DomainState::Running);
        let without = manager.snapshot("web", SnapshotAction::Delete, "one").await.unwrap();
        assert!(without.snapshots.is_empty());
        let none = manager.snapshot("none", SnapshotAction::Create, "one").await;
        assert!(matches!(none, Err(Error::NotFound { .. })));
    }

    #[tokio::test]
    async fn the_source_of_a_linked_clone_stays() {
        let manager = manager(quick(), &["host"]).await;
        apply(&manager, "web", false).await;
        let clone = manager.clone_vm("web", "layer", true).await.unwrap();
        assert_eq!(clone.linked_to.as_deref(), Some("web"));
        assert!(matches!(manager.clone_vm("web", "layer", false).await, Err(Error::AlreadyExists { .. })));
        let full = manager.clone_vm("web", "third", false).await.unwrap_err();
        assert!(matches!(full, Error::ProviderFailed(ProviderError::OutOfCapacity(_))), "{full}");
        for (name, is_gone) in [("web", false), ("layer", true), ("web", true)] {
            manager.delete_vm(name).unwrap();
            assert_eq!(manager.settled(Kind::VirtualMachine, name).await.unwrap().is_none(), is_gone, "{name}");
        }
    }
}
