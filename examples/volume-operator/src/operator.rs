//! The operator: its start, and the volumes that it looks after.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use example_shared::locks::{NameLock, NameLocks};
use example_shared::{metrics_endpoint, program};
use tempfile::TempDir;
use tokio::time::sleep;

use super::volumes::{VolumeInfo, Volumes};
use super::{Error, VolumeName};

/// How an operator is started.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to serve the metrics; `None` leaves that to the process the operator is part of.
    pub metrics_listen: Option<SocketAddr>,
    /// The directory to make the working directory in; `None` takes the system's temporary directory.
    pub work_dir: Option<PathBuf>,
    /// How often a step is tried again.
    pub retries: u32,
    /// How long to wait before.
    pub backoff: Duration,
    /// How long a pod may take to be ready.
    pub pod_patience: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            metrics_listen: None,
            work_dir: None,
            retries: 2,
            backoff: Duration::from_millis(100),
            pod_patience: Duration::from_secs(10),
        }
    }
}

/// A running volume operator.
///
/// Any number of them can run in one process; they publish the same metrics. Dropping one removes its files.
#[derive(Debug)]
pub struct VolumeOperator {
    pub(super) volumes: Volumes,
    pub(super) clones: Volumes,
    pub(super) pods: Volumes,
    pub(super) locks: NameLocks,
    /// The number of the next transfer.
    pub(super) next: AtomicU64,
    pub(super) config: Config,
    metrics_addr: Option<SocketAddr>,
    _work_dir: TempDir,
}

impl VolumeOperator {
    /// Starts an operator in a working directory of its own.
    ///
    /// # Errors
    /// If the directory or the metrics' address cannot be had.
    pub fn start(config: Config) -> Result<Self, Error> {
        let metrics_addr = config.metrics_listen.map(metrics_endpoint::serve).transpose()?;
        let parent = config.work_dir.clone().unwrap_or_else(std::env::temp_dir);
        let work_dir = program::work_dir("volume-operator", config.work_dir.as_deref())
            .map_err(Error::file("make a directory in", &parent))?;
        let directory = |name: &str| Volumes::create(work_dir.path().join(name));
        Ok(Self {
            volumes: directory("volumes")?,
            clones: directory("clones")?,
            pods: directory("pods")?,
            locks: NameLocks::default(),
            next: AtomicU64::new(1),
            config,
            metrics_addr,
            _work_dir: work_dir,
        })
    }

    /// Makes a volume of `files` files with `size` bytes each.
    ///
    /// # Errors
    /// If the name is taken, or the file system returns an error.
    pub fn create(&self, name: &VolumeName, files: usize, size: u64) -> Result<VolumeInfo, Error> {
        let _lock = self.lock(name)?;
        self.volumes.fill(name, files, size)
    }

    /// Removes a volume.
    ///
    /// # Errors
    /// If it does not exist, it is being written, or the file system returns an error.
    pub fn delete(&self, name: &VolumeName) -> Result<(), Error> {
        let _lock = self.lock(name)?;
        self.volumes.existing(name)?;
        self.volumes.remove(name)
    }

    /// All volumes, by namespace and name.
    ///
    /// # Errors
    /// If the file system refuses.
    pub fn volumes(&self) -> Result<Vec<VolumeInfo>, Error> {
        self.volumes.names()?.iter().map(|name| self.volumes.info(name)).collect()
    }

    /// The volume of that name.
    ///
    /// # Errors
    /// If it does not exist, or the file system returns an error.
    pub fn volume(&self, name: &VolumeName) -> Result<VolumeInfo, Error> {
        self.volumes.info(name)
    }

    /// Where the metrics are served, if the operator was told to serve them.
    #[must_use]
    pub fn metrics_addr(&self) -> Option<SocketAddr> {
        self.metrics_addr
    }

    /// Takes a volume for writing.
    pub(super) fn lock(&self, name: &VolumeName) -> Result<NameLock<'_>, Error> {
        self.locks.take(&name.to_string()).ok_or_else(|| Error::Busy(name.clone()))
    }

    /// Tries until it goes well, or cannot, or the retries are exhausted.
    pub(super) async fn retry<T, F>(&self, mut attempt: impl FnMut() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut left = self.config.retries;
        loop {
            match attempt().await {
                Err(error) if left > 0 && error.may_pass() => left -= 1,
                result => return result,
            }
            sleep(self.config.backoff).await;
        }
    }
}
