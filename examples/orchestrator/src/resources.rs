//! What people tell the cluster: services, ingresses, secrets and volumes come, change and go.

use std::fs;

use metrics_instrumented::instrumented;

use super::Error;
use super::cluster::Cluster;
use super::error::Kind;
use super::state::{Command, SecretValue, ServiceSpec, Spec};

/// What is done with services, with a histogram each.
#[instrumented(namespace = "warren", subsystem = "service")]
impl Cluster {
    /// Creates a service; the next cycle starts its containers.
    #[instrumented(duration(name = "create_duration_seconds", help = "How long creating a service takes."))]
    pub(super) async fn create_service(&self, name: &str, spec: ServiceSpec) -> Result<(), Error> {
        check_name(name, "")?;
        check_command(name, &spec)?;
        self.raft.propose(Command::Create(name.to_owned(), Spec::Service(spec))).await
    }

    /// Updates a service; the next cycle replaces its containers.
    #[instrumented(duration(name = "update_duration_seconds", help = "How long updating a service takes."))]
    pub(super) async fn update_service(&self, name: &str, spec: ServiceSpec) -> Result<(), Error> {
        check_command(name, &spec)?;
        self.raft.propose(Command::Update(name.to_owned(), Spec::Service(spec))).await
    }

    /// Deletes a service; the next cycle stops its containers.
    #[instrumented(duration(name = "delete_duration_seconds", help = "How long deleting a service takes."))]
    pub(super) async fn delete_service(&self, name: &str) -> Result<(), Error> {
        self.raft.propose(Command::Delete(name.to_owned(), Kind::Service)).await
    }
}

/// What is done with ingresses, with a histogram for most of it.
#[instrumented(namespace = "warren", subsystem = "ingress")]
impl Cluster {
    /// Sends the requests for a host to a service.
    #[instrumented(duration(name = "create_duration_seconds", help = "How long creating an ingress takes."))]
    pub(super) async fn create_ingress(&self, host: &str, service: &str) -> Result<(), Error> {
        check_name(host, ".")?;
        self.raft.propose(Command::Create(host.to_owned(), Spec::Ingress(service.to_owned()))).await
    }

    /// Sends the requests for a host to another service.
    #[instrumented(duration(name = "update_duration_seconds", help = "How long updating an ingress takes."))]
    pub(super) async fn update_ingress(&self, host: &str, service: &str) -> Result<(), Error> {
        self.raft.propose(Command::Update(host.to_owned(), Spec::Ingress(service.to_owned()))).await
    }

    /// Refuses the requests for a host.
    #[instrumented(skip)]
    pub(super) async fn delete_ingress(&self, host: &str) -> Result<(), Error> {
        self.raft.propose(Command::Delete(host.to_owned(), Kind::Ingress)).await
    }
}

impl Cluster {
    /// Takes in a secret.
    pub(super) async fn create_secret(&self, name: &str, value: String) -> Result<(), Error> {
        check_name(name, "")?;
        self.raft.propose(Command::Create(name.to_owned(), Spec::Secret(SecretValue(value)))).await
    }

    /// Forgets a secret that no service uses.
    pub(super) async fn delete_secret(&self, name: &str) -> Result<(), Error> {
        self.raft.propose(Command::Delete(name.to_owned(), Kind::Secret)).await
    }

    /// Makes a volume.
    pub(super) async fn create_volume(&self, name: &str) -> Result<(), Error> {
        check_name(name, "")?;
        self.raft.propose(Command::Create(name.to_owned(), Spec::Volume)).await?;
        let dir = self.volumes.join(name);
        fs::create_dir_all(&dir).map_err(Error::file("make", &dir))
    }

    /// Removes a volume that no service uses, with all that is in it.
    pub(super) async fn delete_volume(&self, name: &str) -> Result<(), Error> {
        self.raft.propose(Command::Delete(name.to_owned(), Kind::Volume)).await?;
        let dir = self.volumes.join(name);
        fs::remove_dir_all(&dir).map_err(Error::file("remove", &dir))
    }
}

/// Names become parts of paths and of DNS names, so not every text is one.
fn check_name(name: &str, also: &str) -> Result<(), Error> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || also.contains(c);
    if (1..=63).contains(&name.len()) && name.chars().all(fits) {
        Ok(())
    } else {
        Err(Error::InvalidName(name.to_owned()))
    }
}

fn check_command(name: &str, spec: &ServiceSpec) -> Result<(), Error> {
    if spec.command.is_empty() { Err(Error::NoCommand(name.to_owned())) } else { Ok(()) }
}
