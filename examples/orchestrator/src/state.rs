//! The state machine behind the replicated log: the desired state of the cluster.
//!
//! It is deterministic: managers that apply the same entries have the same state, refusals included.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Error;
use super::error::Kind;

/// What a service is to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ServiceSpec {
    /// The program and its arguments; `$PORT` in them becomes the container's port.
    pub(super) command: Vec<String>,
    /// How many containers there are to be.
    pub(super) replicas: u32,
    /// Whether its containers serve HTTP on the port that they are given.
    pub(super) http: bool,
    /// The secrets that its containers find as files.
    pub(super) secrets: Vec<String>,
    /// The volumes that its containers find as directories.
    pub(super) volumes: Vec<String>,
}

/// A service as it was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Service {
    /// The log's index when it was: containers of another revision are replaced.
    pub(super) revision: usize,
    /// What it runs.
    #[serde(flatten)]
    pub(super) spec: ServiceSpec,
}

/// A secret's value. It does not show in debug output.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct SecretValue(pub(super) String);

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretValue(..)")
    }
}

/// An entry of the log, without its place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// A new thing of that name.
    Create(String, Spec),
    /// Another value for the thing of that name.
    Update(String, Spec),
    /// The end of the thing of that name.
    Delete(String, Kind),
}

/// What is created or updated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Spec {
    Service(ServiceSpec),
    Secret(SecretValue),
    Volume,
    /// The service that the host's requests go to.
    Ingress(String),
}

/// The state after a number of entries.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct State {
    /// How many.
    pub(super) applied: usize,
    pub(super) services: BTreeMap<String, Service>,
    pub(super) secrets: BTreeMap<String, SecretValue>,
    /// With the index when they were made.
    pub(super) volumes: BTreeMap<String, usize>,
    /// From host to service.
    pub(super) ingresses: BTreeMap<String, String>,
}

impl State {
    /// Applies the next entry. One that is refused changes nothing but the index.
    pub(super) fn apply(&mut self, command: &Command) -> Result<(), Error> {
        self.applied += 1;
        match command {
            Command::Create(name, spec) => self.put(name, spec, false),
            Command::Update(name, spec) => self.put(name, spec, true),
            Command::Delete(name, kind) => self.delete(name, *kind),
        }
    }

    fn put(&mut self, name: &str, spec: &Spec, exists: bool) -> Result<(), Error> {
        match spec {
            Spec::Service(spec) => {
                spec.secrets.iter().try_for_each(|secret| known(&self.secrets, Kind::Secret, secret))?;
                spec.volumes.iter().try_for_each(|volume| known(&self.volumes, Kind::Volume, volume))?;
                let service = Service { revision: self.applied, spec: spec.clone() };
                put(&mut self.services, Kind::Service, name, service, exists)
            }
            Spec::Secret(value) => put(&mut self.secrets, Kind::Secret, name, value.clone(), exists),
            Spec::Volume => put(&mut self.volumes, Kind::Volume, name, self.applied, exists),
            Spec::Ingress(service) => {
                known(&self.services, Kind::Service, service)?;
                put(&mut self.ingresses, Kind::Ingress, name, service.clone(), exists)
            }
        }
    }

    fn delete(&mut self, name: &str, kind: Kind) -> Result<(), Error> {
        let removed = match kind {
            Kind::Service => self.services.remove(name).is_some(),
            Kind::Secret => {
                self.unused(kind, name, |spec| &spec.secrets)?;
                self.secrets.remove(name).is_some()
            }
            Kind::Volume => {
                self.unused(kind, name, |spec| &spec.volumes)?;
                self.volumes.remove(name).is_some()
            }
            Kind::Ingress => self.ingresses.remove(name).is_some(),
            Kind::Node | Kind::Container => false,
        };
        if removed { Ok(()) } else { Err(Error::not_found(kind, name)) }
    }

    fn unused(&self, kind: Kind, name: &str, list: impl Fn(&ServiceSpec) -> &Vec<String>) -> Result<(), Error> {
        let user = self.services.iter().find(|(_, service)| list(&service.spec).iter().any(|used| used == name));
        match user {
            Some((service, _)) => Err(Error::InUse { kind, name: name.to_owned(), service: service.clone() }),
            None => Ok(()),
        }
    }
}

fn known<T>(things: &BTreeMap<String, T>, kind: Kind, name: &str) -> Result<(), Error> {
    if things.contains_key(name) { Ok(()) } else { Err(Error::not_found(kind, name)) }
}

/// Sets a thing that has to be there, or must not be.
fn put<T>(things: &mut BTreeMap<String, T>, kind: Kind, name: &str, value: T, exists: bool) -> Result<(), Error> {
    match (things.contains_key(name), exists) {
        (true, false) => Err(Error::AlreadyExists { kind, name: name.to_owned() }),
        (false, true) => Err(Error::not_found(kind, name)),
        _ => {
            things.insert(name.to_owned(), value);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(secrets: &[&str]) -> Spec {
        Spec::Service(ServiceSpec {
            command: vec!["true".to_owned()],
            replicas: 1,
            http: false,
            secrets: secrets.iter().map(ToString::to_string).collect(),
            volumes: Vec::new(),
        })
    }

    #[test]
    fn objects_refer_to_existing_ones() {
        let mut state = State::default();
        let web = || "web".to_owned();
        let refused = state.apply(&Command::Create(web(), service(&["key"]))).unwrap_err();
        assert_eq!(refused.to_string(), "there is no secret `key`");
        state.apply(&Command::Create("key".to_owned(), Spec::Secret(SecretValue("s3cret".to_owned())))).unwrap();
        state.apply(&Command::Create(web(), service(&["key"]))).unwrap();
        let refused = state.apply(&Command::Delete("key".to_owned(), Kind::Secret)).unwrap_err();
        assert_eq!(refused.to_string(), "secret `key` is in use by service `web`");
        state.apply(&Command::Update(web(), service(&[]))).unwrap();
        state.apply(&Command::Delete("key".to_owned(), Kind::Secret)).unwrap();
        assert_eq!((state.applied, state.services["web"].revision), (6, 5));
    }

    #[test]
    fn an_object_is_created_once_and_then_updated() {
        let mut state = State::default();
        let update = Command::Update("web".to_owned(), service(&[]));
        assert!(matches!(state.apply(&update), Err(Error::NotFound { kind: Kind::Service, .. })));
        let create = Command::Create("web".to_owned(), service(&[]));
        state.apply(&create).unwrap();
        assert!(matches!(state.apply(&create), Err(Error::AlreadyExists { kind: Kind::Service, .. })));
        state.apply(&update).unwrap();
    }

    #[test]
    fn secrets_are_not_shown() {
        let create = Command::Create("key".to_owned(), Spec::Secret(SecretValue("s3cret".to_owned())));
        assert!(!format!("{create:?}").contains("s3cret"));
    }
}
