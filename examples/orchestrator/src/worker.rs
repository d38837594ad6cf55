//! Workers: nodes that run containers.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{OpenOptionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use example_shared::sync::lock;
use metrics_instrumented::instrumented;

use super::Error;
use super::container::Container;
use super::error::Kind;
use super::state::{SecretValue, Service};

/// What a worker is given to run.
#[derive(Debug)]
pub(super) struct Assignment {
    pub(super) service: String,
    pub(super) slot: u32,
    /// How often the service's container of this slot has failed before.
    pub(super) restarts: u32,
    pub(super) decided: Service,
    /// Names and values.
    pub(super) secrets: Vec<(String, SecretValue)>,
    /// Names and directories.
    pub(super) volumes: Vec<(String, PathBuf)>,
}

/// A node that runs containers.
#[derive(Debug)]
pub(super) struct Worker {
    name: String,
    /// Its containers' directories are in here.
    dir: PathBuf,
    up: AtomicBool,
    containers: Mutex<BTreeMap<String, Container>>,
}

/// What is done with containers, with a histogram each.
#[instrumented(namespace = "warren", subsystem = "container")]
impl Worker {
    /// Makes a container's directory, with its secrets and volumes, and takes it into the books. Returns its name.
    #[instrumented(duration(name = "create_duration_seconds", help = "How long creating a container takes."))]
    pub(super) fn create(&self, assignment: Assignment) -> Result<String, Error> {
        let Assignment { service, slot, restarts, decided, secrets, volumes } = assignment;
        let dir = self.dir.join(format!("{service}-{slot}"));
        furnish(&dir, &secrets, &volumes).map_err(Error::file("make", &dir))?;
        let port = decided.spec.http.then(free_port).transpose()?;
        let mut container = Container::new(&service, slot, decided.spec.command, dir, port);
        container.revision = decided.revision;
        container.restarts = restarts;
        let name = container.name.clone();
        lock(&self.containers).insert(name.clone(), container);
        Ok(name)
    }

    /// Starts a container's process.
    #[instrumented(duration(name = "start_duration_seconds", help = "How long starting a container takes."))]
    pub(super) async fn start(&self, name: &str) -> Result<(), Error> {
        self.container(name)?.run().await
    }

    /// Stops a container's process.
    #[instrumented(duration(name = "stop_duration_seconds", help = "How long stopping a container takes."))]
    pub(super) async fn stop(&self, name: &str) -> Result<(), Error> {
        self.container(name)?.end().await;
        Ok(())
    }
}

impl Worker {
    /// A worker that is up and runs nothing.
    pub(super) fn new(number: usize, dir: &Path) -> Result<Self, Error> {
        let name = format!("worker-{number}");
        let dir = dir.join(&name);
        fs::create_dir_all(&dir).map_err(Error::file("make", &dir))?;
        Ok(Self { name, dir, up: AtomicBool::new(true), containers: Mutex::default() })
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is up.
    pub(super) fn is_up(&self) -> bool {
        self.up.load(Ordering::Relaxed)
    }

    /// Brings the worker up, or takes it down and its containers with it.
    pub(super) fn set_up(&self, up: bool) {
        self.up.store(up, Ordering::Relaxed);
        if !up {
            for container in std::mem::take(&mut *lock(&self.containers)).values() {
                container.abandon();
            }
        }
    }

    /// Its containers.
    pub(super) fn containers(&self) -> Vec<Container> {
        lock(&self.containers).values().cloned().collect()
    }

    /// How many processes it has to care for.
    pub(super) fn load(&self) -> usize {
        lock(&self.containers).values().filter(|container| container.state().is_alive()).count()
    }

    /// Takes a container out of the books and removes its directory.
    pub(super) fn remove(&self, name: &str) -> Result<(), Error> {
        let Some(container) = lock(&self.containers).remove(name) else { return Ok(()) };
        fs::remove_dir_all(&container.dir).map_err(Error::file("remove", &container.dir))
    }

    fn container(&self, name: &str) -> Result<Container, Error> {
        lock(&self.containers).get(name).cloned().ok_or_else(|| Error::not_found(Kind::Container, name))
    }
}

/// Recreates a container's directory: secrets as files that only the owner can read, volumes as links.
fn furnish(dir: &Path, secrets: &[(String, SecretValue)], volumes: &[(String, PathBuf)]) -> io::Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    for kind in ["secrets", "volumes"] {
        fs::create_dir_all(dir.join(kind))?;
    }
    for (name, SecretValue(value)) in secrets {
        let file = dir.join("secrets").join(name);
        fs::File::options().write(true).create_new(true).mode(0o600).open(file)?.write_all(value.as_bytes())?;
    }
    for (name, volume) in volumes {
        symlink(volume, dir.join("volumes").join(name))?;
    }
    Ok(())
}

/// Returns a free port. Another process may take it first; then the container fails and gets another one.
fn free_port() -> Result<u16, Error> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::container::ContainerState;
    use crate::state::ServiceSpec;

    #[tokio::test]
    async fn a_container_finds_its_secrets_and_volumes() {
        let dir = tempfile::tempdir().unwrap();
        let worker = Worker::new(1, dir.path()).unwrap();
        let volume = dir.path().join("data");
        fs::create_dir(&volume).unwrap();
        let command = ["cp", "secrets/key", "volumes/data/copy"].map(str::to_owned).to_vec();
        let spec = ServiceSpec { command, replicas: 1, http: false, secrets: Vec::new(), volumes: Vec::new() };
        let name = worker
            .create(Assignment {
                service: "job".to_owned(),
                slot: 0,
                restarts: 0,
                decided: Service { revision: 1, spec },
                secrets: vec![("key".to_owned(), SecretValue("s3cret".to_owned()))],
                volumes: vec![("data".to_owned(), volume.clone())],
            })
            .unwrap();
        let secret = worker.containers()[0].dir.join("secrets/key");
        assert_eq!(fs::metadata(secret).unwrap().permissions().mode() & 0o777, 0o600);
        worker.start(&name).await.unwrap();
        while worker.load() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(worker.containers()[0].state(), ContainerState::Completed);
        assert_eq!(fs::read_to_string(volume.join("copy")).unwrap(), "s3cret");
        worker.remove(&name).unwrap();
        assert!(worker.containers().is_empty() && volume.join("copy").exists());
    }

    #[tokio::test]
    async fn a_worker_that_goes_down_takes_its_containers_with_it() {
        let dir = tempfile::tempdir().unwrap();
        let worker = Worker::new(1, dir.path()).unwrap();
        let spec = ServiceSpec {
            command: ["sleep", "600"].map(str::to_owned).to_vec(),
            replicas: 1,
            http: false,
            secrets: Vec::new(),
            volumes: Vec::new(),
        };
        let decided = Service { revision: 1, spec };
        let assignment =
            Assignment { service: "job".to_owned(), slot: 0, restarts: 0, decided, secrets: vec![], volumes: vec![] };
        let name = worker.create(assignment).unwrap();
        worker.start(&name).await.unwrap();
        let container = worker.containers().remove(0);
        worker.set_up(false);
        container.end().await;
        assert_eq!(container.state(), ContainerState::Stopped);
        assert!(worker.containers().is_empty());
        assert!(matches!(worker.start(&name).await, Err(Error::NotFound { .. })));
    }
}
