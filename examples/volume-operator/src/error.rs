//! What can go wrong in the operator.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Step, VolumeName};

/// Why the operator could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not a name.
    #[error("`{0}` is not a name; use 1 to 63 of `a-z`, `0-9` and `-`")]
    InvalidName(String),
    /// There is no such volume.
    #[error("there is no volume `{0}`")]
    NotFound(VolumeName),
    /// There is such a volume.
    #[error("volume `{0}` exists already")]
    AlreadyExists(VolumeName),
    /// Somebody is at work on the volume.
    #[error("volume `{0}` is being written; try again later")]
    Busy(VolumeName),
    /// A volume cannot be its own target.
    #[error("volume `{0}` cannot be transferred to itself; choose another target")]
    SameVolume(VolumeName),
    /// The pod was not ready in time.
    #[error("the pod was not ready within {0:?}")]
    PodNotReady(Duration),
    /// The pod ended before it was to.
    #[error("the pod has ended")]
    PodEnded,
    /// What the pod wrote is not what it read.
    #[error("{} differs from its source after the copy", .0.display())]
    Corrupt(PathBuf),
    /// The failure that was asked for.
    #[error("{0} failed, as was asked for")]
    Injected(Step),
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
    #[error("cannot serve the metrics")]
    Metrics(#[from] metrics_instrumented::Error),
}

impl Error {
    /// Names the action and the file of an I/O error, for `map_err`.
    pub(super) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { action, path: path.to_owned(), source }
    }

    /// Whether another attempt may go better.
    pub(super) fn may_pass(&self) -> bool {
        !matches!(self, Self::NotFound(_) | Self::SameVolume(_) | Self::InvalidName(_))
    }
}
