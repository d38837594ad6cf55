//! The reconcile loop: workers take names from the queues and bring what they stand for to what was asked for.

use std::sync::{Arc, Weak};
use std::time::Duration;

use example_shared::sync::lock;
use metrics_instrumented::instrumented;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::labels::{Kind, ToldByManager};
use super::metrics::Reconcile;
use super::resources::{Condition, Phase};
use super::{Error, VmManager};

impl VmManager {
    /// Starts the workers of all kinds, and the clock that has everything looked at again.
    pub(super) fn spawn_workers(self: &Arc<Self>) -> Vec<JoinHandle<()>> {
        let mut workers = Vec::new();
        for kind in Kind::ALL {
            for _ in 0..self.config.workers {
                workers.push(tokio::spawn(work(kind, Arc::clone(&self.queues), Arc::downgrade(self))));
            }
        }
        if let Some(every) = self.config.resync {
            workers.push(tokio::spawn(resync(every, Arc::downgrade(self))));
        }
        workers
    }

    /// Brings one resource to what was asked for. One that is gone meanwhile is what it should be.
    #[instrumented(Reconcile { kind, component: ToldByManager::Manager })]
    async fn reconcile(&self, kind: Kind, name: &str) -> Result<(), Error> {
        match kind {
            Kind::VirtualMachine => self.reconcile_vm(name).await,
            Kind::VmClass => self.reconcile_class(name),
            Kind::VmImage => self.reconcile_image(name).await,
            Kind::Provider => self.reconcile_provider(name).await,
        }
    }

    async fn reconcile_provider(&self, name: &str) -> Result<(), Error> {
        let spec = lock(&self.resources).providers.get(name).map(|entry| entry.spec.clone());
        let Some(spec) = spec else { return Ok(()) };
        let invalid = |why| Err(Error::InvalidSpec { kind: Kind::Provider, name: name.to_owned(), why });
        if spec.places.is_empty() {
            return invalid("has no places; name its datacenters or hosts");
        }
        let provider_type = spec.provider_type;
        let provider = self.provider_for(name, spec)?;
        if provider.provider_type() != provider_type {
            return invalid("cannot become another kind of provider");
        }
        Ok(provider.connect().await?)
    }

    fn reconcile_class(&self, name: &str) -> Result<(), Error> {
        match lock(&self.resources).classes.get(name) {
            Some(entry) if entry.spec.cpus == 0 || entry.spec.memory.0 == 0 => {
                let why = "has no processors or no memory";
                Err(Error::InvalidSpec { kind: Kind::VmClass, name: name.to_owned(), why })
            }
            _ => Ok(()),
        }
    }

    /// Has the machines looked at that a change of something else is for: those of a class, and those that were not
    /// ready without it.
    fn wake_dependents(&self, kind: Kind, name: &str) {
        for (machine, entry) in &lock(&self.resources).vms {
            let spec = &entry.spec.spec;
            let waits = entry.condition.phase != Phase::Ready;
            let depends = match kind {
                Kind::VirtualMachine => false,
                Kind::VmClass => spec.class == name,
                Kind::VmImage => waits && spec.image == name,
                Kind::Provider => waits && spec.provider == name,
            };
            if depends {
                self.queue(Kind::VirtualMachine).add(machine);
            }
        }
    }

    /// Writes down how a reconciliation ended, and tells how long to wait before the next attempt, if there is one.
    fn conclude(&self, kind: Kind, name: &str, result: &Result<Result<(), Error>, String>) -> Option<Duration> {
        let mut resources = lock(&self.resources);
        let condition = resources.condition(kind, name)?;
        let (message, may_pass) = match result {
            Ok(Ok(())) => {
                *condition = Condition { phase: Phase::Ready, ..Condition::new() };
                return None;
            }
            Ok(Err(error)) => (error.to_string(), error.may_pass()),
            Err(panic) => (panic.clone(), true),
        };
        let again = may_pass && condition.failures < self.config.retries;
        let wait = self.config.backoff * 2_u32.saturating_pow(condition.failures);
        condition.phase = if again { Phase::Pending } else { Phase::Failed };
        condition.message = Some(message);
        condition.failures += 1;
        again.then_some(wait)
    }
}

/// A worker: it reconciles one resource after the other, until the manager is gone.
async fn work(kind: Kind, queues: Arc<[super::queue::Queue; 4]>, manager: Weak<VmManager>) {
    let queue = &queues[kind as usize];
    loop {
        let name = queue.next().await;
        let Some(manager) = manager.upgrade() else { return };
        // A task of its own, so that a panic ends the reconciliation and not the worker.
        let reconciliation = tokio::spawn({
            let (manager, name) = (Arc::clone(&manager), name.clone());
            async move { manager.reconcile(kind, &name).await }
        });
        let result = reconciliation.await.map_err(|error| error.to_string());
        if let Some(wait) = manager.conclude(kind, &name, &result) {
            let queues = Arc::clone(&queues);
            let name = name.clone();
            tokio::spawn(async move {
                sleep(wait).await;
                queues[kind as usize].add(&name);
            });
        }
        if matches!(result, Ok(Ok(()))) {
            manager.wake_dependents(kind, &name);
        }
        queue.done(&name);
        manager.reconciled.send_replace(());
    }
}

async fn resync(every: Duration, manager: Weak<VmManager>) {
    loop {
        sleep(every).await;
        match manager.upgrade() {
            Some(manager) => manager.resync(),
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use example_shared::size::ByteSize;

    use crate::labels::{DomainState, Kind};
    use crate::manager::tests::{LAB, apply, manager, quick};
    use crate::resources::Phase;
    use crate::{ClassSpec, Fault};

    #[tokio::test]
    async fn failures_are_retried_until_the_retries_are_exhausted() {
        let manager = manager(quick(), &["host"]).await;
        for fault in [Fault::Unreachable, Fault::Hang, Fault::Panic, Fault::TaskFails, Fault::Crash] {
            manager.inject(LAB, fault, 2).unwrap();
            assert_eq!(apply(&manager, "web", true).await.status.phase, Phase::Ready, "{fault:?}");
            manager.delete_vm("web").unwrap();
            assert!(manager.settled(Kind::VirtualMachine, "web").await.unwrap().is_none());
        }
        manager.inject(LAB, Fault::TaskFails, 3).unwrap();
        let failed = apply(&manager, "web", true).await.status;
        assert_eq!(
            (failed.phase, failed.message.as_deref()),
            (Phase::Failed, Some("the task on machine `web` failed"))
        );
    }

    #[tokio::test]
    async fn permanent_errors_are_not_retried() {
        let config = crate::Config { backoff: std::time::Duration::from_secs(3600), ..quick() };
        let manager = manager(config, &["host"]).await;
        manager.apply_class("small", ClassSpec { cpus: 0, memory: ByteSize(1) }).unwrap();
        let status = manager.settled(Kind::VmClass, "small").await.unwrap().unwrap();
        assert_eq!(
            (status.phase, status.message.as_deref()),
            (Phase::Failed, Some("VMClass `small` has no processors or no memory"))
        );
    }

    #[tokio::test]
    async fn a_machine_follows_its_class_and_its_switch() {
        let manager = manager(quick(), &["host"]).await;
        let machine = apply(&manager, "web", true).await.machine.unwrap();
        assert_eq!((machine.size.cpus, machine.state), (1, DomainState::Running));
        assert!(machine.address.is_some());
        manager.apply_class("small", ClassSpec { cpus: 4, memory: ByteSize(1) }).unwrap();
        manager.settled(Kind::VmClass, "small").await.unwrap();
        let machine = apply(&manager, "web", false).await.machine.unwrap();
        assert_eq!((machine.size.cpus, machine.state, machine.address), (4, DomainState::Shutoff, None));
    }
}
