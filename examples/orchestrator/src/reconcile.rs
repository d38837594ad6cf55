//! Reconciliation: what runs is brought in line with what was decided, one cycle after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use example_shared::shutdown::Shutdown;
use example_shared::sync::lock;
use metrics_instrumented::instrumented;
use serde::Serialize;
use tokio::time::{MissedTickBehavior, interval};

use super::cluster::Cluster;
use super::container::{Container, ContainerState};
use super::metrics::Reconciliation;
use super::state::Service;
use super::worker::Assignment;

/// A container that failed more often than this is left alone until its service is updated.
pub(super) const MAX_RESTARTS: u32 = 3;

/// Services by name, as they were decided.
type Services = BTreeMap<String, Service>;

/// What a cycle did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Reconciled {
    /// Containers that were started.
    pub(super) started: usize,
    /// Containers that could not be.
    pub(super) failed: usize,
    /// Containers that are not wanted any more.
    pub(super) removed: usize,
}

/// How far the reconciliation is.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// One cycle at a time.
    turn: tokio::sync::Mutex<()>,
    /// The end of the last cycle.
    last: Mutex<Option<Instant>>,
}

impl Progress {
    /// Whether cycles end as often as they should.
    pub(super) fn check(&self, every: Duration) -> Result<(), String> {
        match lock(&self.last).map(|last| last.elapsed()) {
            None => Err("no cycle has ended yet".to_owned()),
            Some(ago) if ago > 3 * every + Duration::from_secs(30) => Err(format!("the last cycle ended {ago:?} ago")),
            Some(_) => Ok(()),
        }
    }
}

impl Cluster {
    /// Runs a cycle every now and then, until the shutdown.
    pub(super) async fn keep_reconciling(self: Arc<Self>, every: Duration, shutdown: Shutdown) {
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = shutdown.wait() => return,
            }
            self.reconcile().await;
        }
    }

    /// Runs a cycle now, or after the one that is running.
    pub(super) async fn reconcile(&self) -> Reconciled {
        let _turn = self.progress.turn.lock().await;
        let done = self.cycle().await;
        *lock(&self.progress.last) = Some(Instant::now());
        done
    }

    /// Stops all containers. What would start them again is over.
    pub(super) async fn stop_all(&self) {
        let _turn = self.progress.turn.lock().await;
        self.remove_unwanted(&Services::new()).await;
    }

    #[instrumented(Reconciliation)]
    async fn cycle(&self) -> Reconciled {
        let decided = self.raft.read(|state| state.services.clone());
        let (removed, restarts) = self.remove_unwanted(&decided).await;
        let mut done = Reconciled { removed, ..Reconciled::default() };
        for assignment in self.missing(&decided, &restarts) {
            match self.schedule(assignment).await {
                Ok(()) => done.started += 1,
                Err(_) => done.failed += 1,
            }
        }
        done
    }

    /// Removes the containers that do not belong to any service as decided, and those that failed and get another try.
    /// Returns how many, and how often those have failed now.
    async fn remove_unwanted(&self, decided: &Services) -> (usize, BTreeMap<String, u32>) {
        let (mut removed, mut restarts) = (0, BTreeMap::new());
        for (worker, container) in self.containers() {
            let belongs = belongs(&container, decided);
            let may_restart = container.state() == ContainerState::Failed && container.restarts < MAX_RESTARTS;
            if belongs && !may_restart {
                continue;
            }
            // It fails if the worker went down meanwhile, and the container with it.
            let stopped = !container.state().is_alive() || worker.stop(&container.name).await.is_ok();
            if stopped && worker.remove(&container.name).is_ok() {
                removed += 1;
            }
            if belongs {
                restarts.insert(container.name, container.restarts + 1);
            }
        }
        (removed, restarts)
    }

    /// What is to run and does not.
    fn missing(&self, decided: &Services, restarts: &BTreeMap<String, u32>) -> Vec<Assignment> {
        let there: BTreeSet<_> = self.containers().map(|(_, container)| container.name).collect();
        let slots = decided
            .iter()
            .flat_map(|(name, service)| (0..service.spec.replicas).map(move |slot| (name, service, slot)));
        slots
            .map(|(name, service, slot)| (format!("{name}-{slot}"), name, service, slot))
            .filter(|(container, ..)| !there.contains(container))
            .map(|(container, name, service, slot)| Assignment {
                service: name.clone(),
                slot,
                restarts: restarts.get(&container).copied().unwrap_or_default(),
                decided: service.clone(),
                secrets: self.raft.read(|state| {
                    let wanted = state.secrets.iter().filter(|(secret, _)| service.spec.secrets.contains(secret));
                    wanted.map(|(secret, value)| (secret.clone(), value.clone())).collect()
                }),
                volumes: service
                    .spec
                    .volumes
                    .iter()
                    .map(|volume| (volume.clone(), self.volumes.join(volume)))
                    .collect(),
            })
            .collect()
    }
}

/// Whether a container runs for a service as it was decided.
fn belongs(container: &Container, decided: &Services) -> bool {
    decided
        .get(&container.service)
        .is_some_and(|service| container.slot < service.spec.replicas && container.revision == service.revision)
}
