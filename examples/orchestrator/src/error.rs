//! What can go wrong in the orchestrator.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

/// Why the orchestrator could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The text cannot be the name of anything here.
    #[error("`{0}` is not a name; use 1 to 63 of `a-z`, `0-9`, `-` and, in a host, `.`")]
    InvalidName(String),
    /// It does not exist.
    #[error("there is no {kind} `{name}`")]
    NotFound {
        /// What was looked for.
        kind: Kind,
        /// Its name.
        name: String,
    },
    /// There is such a thing.
    #[error("{kind} `{name}` exists already")]
    AlreadyExists {
        /// What was to be created.
        kind: Kind,
        /// Its name.
        name: String,
    },
    /// A service needs it.
    #[error("{kind} `{name}` is in use by service `{service}`")]
    InUse {
        /// What was to be deleted.
        kind: Kind,
        /// Its name.
        name: String,
        /// The service.
        service: String,
    },
    /// A service without anything to run.
    #[error("service `{0}` has no command; say what its containers run")]
    NoCommand(String),
    /// Too few managers are up.
    #[error("{up} of {all} managers are up and {needed} are needed")]
    NoQuorum {
        /// How many are up.
        up: usize,
        /// How many there are.
        all: usize,
        /// How many make a majority.
        needed: usize,
    },
    /// Too few managers took the entry into their logs.
    #[error("{acknowledged} managers acknowledged and {needed} are needed")]
    NotAcknowledged {
        /// How many did, the leader among them.
        acknowledged: usize,
        /// How many make a majority.
        needed: usize,
    },
    /// There is no worker to run a container.
    #[error("no worker is up")]
    NoWorker,
    /// The process of a container could not be started.
    #[error("container `{container}` cannot run `{program}`")]
    Start {
        /// The container.
        container: String,
        /// What it was to run.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// A container that should serve HTTP does not.
    #[error("container `{container}` did not listen on its port within {after:?}")]
    NotServing {
        /// The container.
        container: String,
        /// How long it was waited for, at most.
        after: Duration,
    },
    /// The file system said no.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An address cannot be listened on.
    #[error(transparent)]
    Listen(#[from] io::Error),
    /// The metrics cannot be served.
    #[error("cannot serve the metrics")]
    Metrics(#[from] metrics_instrumented::Error),
}

impl Error {
    /// Names the action and the file of an I/O error, for `map_err`.
    pub(super) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { action, path: path.to_owned(), source }
    }

    /// It does not exist.
    pub(super) fn not_found(kind: Kind, name: &str) -> Self {
        Self::NotFound { kind, name: name.to_owned() }
    }
}

/// The kinds of things that have names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// What is to run, and how often.
    Service,
    /// A text for containers only.
    Secret,
    /// A directory that outlives containers.
    Volume,
    /// A host whose requests go to a service.
    Ingress,
    /// A manager or worker.
    Node,
    /// A process that runs for a service.
    Container,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Service => "service",
            Self::Secret => "secret",
            Self::Volume => "volume",
            Self::Ingress => "ingress",
            Self::Node => "node",
            Self::Container => "container",
        })
    }
}
