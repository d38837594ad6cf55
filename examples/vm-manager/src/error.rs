//! What can go wrong, in a provider and in the manager. Both are label values: errors are counted by their kind.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use metrics_instrumented::LabelValue;

use super::labels::{Code, Kind};

/// Why a provider did not do what it was called for.
#[derive(Debug, thiserror::Error, LabelValue)]
pub enum ProviderError {
    /// Nobody answers.
    #[error("provider `{0}` cannot be reached")]
    ConnectionFailed(String),
    /// The credentials are no longer accepted.
    #[error("provider `{0}` does not accept the credentials")]
    AuthenticationError(String),
    /// The provider cannot make such a machine.
    #[error("{0}")]
    InvalidSpec(String),
    /// There is no such machine, or no such snapshot.
    #[error("there is no `{0}` on the provider")]
    NotFound(String),
    /// There is such a machine, or such a snapshot.
    #[error("`{0}` exists on the provider already")]
    AlreadyExists(String),
    /// The machine's state does not allow it.
    #[error("machine `{machine}` {why}")]
    WrongState {
        /// The machine.
        machine: String,
        /// What is in the way.
        why: &'static str,
    },
    /// Another task is at work on the machine.
    #[error("another task is at work on machine `{0}`; try again later")]
    Busy(String),
    /// Every place has as many machines as it takes.
    #[error("provider `{0}` has no room for another machine")]
    OutOfCapacity(String),
    /// The hypervisor took the task on and could not finish it.
    #[error("the task on machine `{0}` failed")]
    TaskFailed(String),
    /// A disk could not be read or written.
    #[error("cannot {action} disk {}", path.display())]
    Disk {
        /// What was tried.
        action: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There was no answer in time.
    #[error("the provider did not answer within {0:?}")]
    DeadlineExceeded(Duration),
}

impl ProviderError {
    /// Names the action and the file of an I/O error, for `map_err`.
    pub(super) fn disk(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Disk { action, path: path.to_owned(), source }
    }

    /// How gRPC would tell of it.
    pub(super) fn code(&self) -> Code {
        match self {
            Self::ConnectionFailed(_) => Code::Unavailable,
            Self::AuthenticationError(_) => Code::Unauthenticated,
            Self::InvalidSpec(_) => Code::InvalidArgument,
            Self::NotFound(_) => Code::NotFound,
            Self::AlreadyExists(_) => Code::AlreadyExists,
            Self::WrongState { .. } => Code::FailedPrecondition,
            Self::Busy(_) => Code::Aborted,
            Self::OutOfCapacity(_) => Code::ResourceExhausted,
            Self::TaskFailed(_) => Code::Internal,
            Self::Disk { .. } => Code::DataLoss,
            Self::DeadlineExceeded(_) => Code::DeadlineExceeded,
        }
    }

    /// Whether the hypervisor took it on.
    fn was_carried_out(&self) -> bool {
        matches!(self, Self::TaskFailed(_) | Self::Disk { .. })
    }

    /// Whether another attempt may go better.
    fn may_pass(&self) -> bool {
        !matches!(self, Self::InvalidSpec(_) | Self::NotFound(_) | Self::AlreadyExists(_) | Self::WrongState { .. })
    }
}

/// Why the manager could not carry out a request. Errors that never end a reconciliation have no reason of their own in the metrics.
#[derive(Debug, thiserror::Error, LabelValue)]
pub enum Error {
    /// Not a name.
    #[label(skip)]
    #[error("`{0}` is not a name; use 1 to 63 of `a-z`, `0-9` and `-`")]
    InvalidName(String),
    /// Nothing can be made of the resource.
    #[error("{kind} `{name}` {why}")]
    InvalidSpec {
        /// Its kind.
        kind: Kind,
        /// Its name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// There is no such resource.
    #[label(skip)]
    #[error("there is no {kind} `{name}`")]
    NotFound {
        /// Its kind.
        kind: Kind,
        /// Its name.
        name: String,
    },
    /// There is such a resource.
    #[label(skip)]
    #[error("{kind} `{name}` exists already")]
    AlreadyExists {
        /// Its kind.
        kind: Kind,
        /// Its name.
        name: String,
    },
    /// Something that the resource needs is missing, or not ready.
    #[error("{kind} `{name}` is needed, and is not ready")]
    DependencyNotReady {
        /// Its kind.
        kind: Kind,
        /// Its name.
        name: String,
    },
    /// An image is not what its resource says.
    #[error("image `{name}` has the checksum {found}, not {wanted}")]
    ImageCorrupt {
        /// Its name.
        name: String,
        /// What it should have.
        wanted: u64,
        /// What it has.
        found: u64,
    },
    /// A running machine got no address.
    #[error("machine `{0}` has no address yet")]
    NoAddress(String),
    /// A provider said no, or nothing.
    #[error(transparent)]
    ProviderFailed(#[from] ProviderError),
    /// The resource is still being worked on.
    #[label(skip)]
    #[error("{kind} `{name}` is still being worked on after {after:?}")]
    NotSettled {
        /// Its kind.
        kind: Kind,
        /// Its name.
        name: String,
        /// For how long it was waited for.
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
    /// The metrics cannot be served.
    #[label(skip)]
    #[error("cannot serve the metrics")]
    Metrics(#[from] metrics_instrumented::Error),
}

impl Error {
    /// Names the action and the file of an I/O error, for `map_err`.
    pub(super) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { action, path: path.to_owned(), source }
    }

    /// Whether what was asked for was begun, and failed then.
    pub(super) fn was_carried_out(&self) -> bool {
        match self {
            Self::ImageCorrupt { .. } | Self::NoAddress(_) => true,
            Self::ProviderFailed(error) => error.was_carried_out(),
            _ => false,
        }
    }

    /// Whether another attempt may go better.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::DependencyNotReady { .. } | Self::NoAddress(_) | Self::File { .. } => true,
            Self::ProviderFailed(error) => error.may_pass(),
            _ => false,
        }
    }
}
