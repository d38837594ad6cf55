//! What can go wrong in the driver.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use example_shared::size::ByteSize;

use super::Pool;

/// Why the driver could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The name cannot be a volume's.
    #[error("`{0}` is not a volume name; use 1 to 63 of `a-z`, `0-9` and `-`")]
    InvalidName(String),
    /// There is no such volume.
    #[error("there is no volume `{0}`")]
    NotFound(String),
    /// There is such a volume, or a file of its name that maintenance has not cleaned yet.
    #[error("volume `{0}` exists already")]
    AlreadyExists(String),
    /// Another operation is at work on the volume.
    #[error("another operation on volume `{0}` is running; try again later")]
    Busy(String),
    /// The volume is mounted or connected.
    #[error("volume `{0}` is in use; unmount and disconnect it first")]
    InUse(String),
    /// The volume is mounted already.
    #[error("volume `{0}` is mounted already")]
    AlreadyMounted(String),
    /// The volume is not mounted.
    #[error("volume `{0}` is not mounted")]
    NotMounted(String),
    /// The volume is connected already.
    #[error("volume `{0}` is connected already")]
    AlreadyConnected(String),
    /// The volume is not connected.
    #[error("volume `{0}` is not connected")]
    NotConnected(String),
    /// The volume's record is there, its file is not.
    #[error("the file of volume `{name}` is not in the {pool} pool; delete the volume or run the maintenance")]
    Lost {
        /// The volume.
        name: String,
        /// Where its file should be.
        pool: Pool,
    },
    /// Volumes only grow.
    #[error("volume `{name}` has {size} and cannot shrink to {wanted}")]
    Shrink {
        /// The volume.
        name: String,
        /// The size it has.
        size: ByteSize,
        /// The size that was asked for.
        wanted: ByteSize,
    },
    /// The volumes together would promise more than there is.
    #[error("{wanted} more do not fit; {free} are free")]
    PoolFull {
        /// How much was asked for.
        wanted: ByteSize,
        /// How much is left.
        free: ByteSize,
    },
    /// The NVMe target said no.
    #[error("the target refused the connection: {0}")]
    Refused(String),
    /// The NVMe target did not answer in time.
    #[error("the target did not answer within {0:?}")]
    ConnectTimedOut(Duration),
    /// The connection to the NVMe target broke, or never came about.
    #[error("the connection to the target failed")]
    Connection(#[source] io::Error),
    /// A migration took longer than it was given.
    #[error("the migration of volume `{name}` did not end within {after:?}")]
    MigrationTimedOut {
        /// The volume.
        name: String,
        /// The time it was given.
        after: Duration,
    },
    /// The failure that was asked for.
    #[error("{0} failed, as was asked for")]
    Injected(&'static str),
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
}
