//! The cluster: managers, workers, and what both are doing.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Error;
use super::container::{Container, ContainerState};
use super::error::Kind;
use super::metrics::{NodeStatus, Role};
use super::raft::Raft;
use super::readiness::Readiness;
use super::reconcile::Progress;
use super::worker::Worker;

/// All parts that work together.
#[derive(Debug)]
pub(super) struct Cluster {
    pub(super) raft: Raft,
    pub(super) workers: Vec<Worker>,
    /// A directory for each volume is in here.
    pub(super) volumes: PathBuf,
    pub(super) progress: Progress,
    pub(super) readiness: Readiness,
}

/// A node as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Node {
    /// Its name.
    pub(super) name: String,
    /// What it is for.
    pub(super) role: Role,
    /// Whether it is there.
    pub(super) status: NodeStatus,
}

/// A container as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct ContainerInfo {
    /// Its name.
    pub(super) name: String,
    /// The service that it runs for.
    pub(super) service: String,
    /// The worker that it runs on.
    pub(super) worker: String,
    /// How it is.
    pub(super) state: ContainerState,
    /// Where it serves HTTP, if it is to.
    pub(super) port: Option<u16>,
    /// How often it failed before.
    pub(super) restarts: u32,
}

impl Cluster {
    /// Starts managers and workers, with their files in `dir`.
    pub(super) fn start(managers: usize, workers: usize, dir: &Path) -> Result<Self, Error> {
        let volumes = dir.join("volumes");
        std::fs::create_dir(&volumes).map_err(Error::file("make", &volumes))?;
        Ok(Self {
            raft: Raft::start(managers),
            workers: (1..=workers).map(|number| Worker::new(number, dir)).collect::<Result<_, _>>()?,
            volumes,
            progress: Progress::default(),
            readiness: Readiness::default(),
        })
    }

    /// All nodes.
    pub(super) fn nodes(&self) -> Vec<Node> {
        let managers = self.raft.managers().into_iter().enumerate();
        let managers = managers.map(|(at, up)| (format!("manager-{}", at + 1), Role::Manager, up));
        let workers = self.workers.iter().map(|worker| (worker.name().to_owned(), Role::Worker, worker.is_up()));
        let status = |up| if up { NodeStatus::Ready } else { NodeStatus::Down };
        managers.chain(workers).map(|(name, role, up)| Node { name, role, status: status(up) }).collect()
    }

    /// Brings a node up or takes it down.
    pub(super) async fn set_up(&self, name: &str, up: bool) -> Result<(), Error> {
        let nodes = self.nodes();
        let managers = nodes.iter().take_while(|node| node.role == Role::Manager);
        if let Some(number) = managers.clone().position(|node| node.name == name) {
            self.raft.set_up(number, up).await;
        } else {
            let worker = self.workers.iter().find(|worker| worker.name() == name);
            worker.ok_or_else(|| Error::not_found(Kind::Node, name))?.set_up(up);
        }
        Ok(())
    }

    /// All containers, each with its worker.
    pub(super) fn containers(&self) -> impl Iterator<Item = (&Worker, Container)> {
        self.workers.iter().flat_map(|worker| worker.containers().into_iter().map(move |container| (worker, container)))
    }

    /// All containers, as others see them.
    pub(super) fn container_infos(&self) -> Vec<ContainerInfo> {
        let info = |(worker, container): (&Worker, Container)| ContainerInfo {
            state: container.state(),
            name: container.name,
            service: container.service,
            worker: worker.name().to_owned(),
            port: container.port,
            restarts: container.restarts,
        };
        let mut infos: Vec<_> = self.containers().map(info).collect();
        infos.sort_by(|one, other| one.name.cmp(&other.name));
        infos
    }

    /// Tells all processes to end, without waiting.
    pub(super) fn abandon_all(&self) {
        self.containers().for_each(|(_, container)| container.abandon());
    }
}
