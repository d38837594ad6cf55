//! The driver: its start, its end, and the records that all its operations share.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Mutex;

use example_shared::locks::{NameLock, NameLocks};
use example_shared::size::ByteSize;
use example_shared::sync::lock;
use example_shared::{metrics_endpoint, program};
use tempfile::TempDir;

use super::Error;
use super::events::{Event, Events};
use super::pools::Pools;
use super::target::Target;
use super::volumes::{Volume, VolumeInfo};

/// How a driver is started.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to serve the metrics; `None` leaves that to the process the driver is part of.
    pub metrics_listen: Option<SocketAddr>,
    /// The directory to make the working directory in; `None` takes the system's temporary directory.
    pub work_dir: Option<PathBuf>,
    /// How much all volumes together may promise. Their files are sparse: it need not be there.
    pub capacity: ByteSize,
}

impl Default for Config {
    fn default() -> Self {
        Self { metrics_listen: None, work_dir: None, capacity: ByteSize(1 << 40) }
    }
}

/// A running storage driver.
///
/// Any number of them can run in one process; they publish the same metrics. Dropping one closes its connections,
/// takes down its mounts and removes its files; [`shutdown`](Self::shutdown) does the first two in the open, counted.
#[derive(Debug)]
pub struct Driver {
    // Fields are dropped in this order: mounts and connections go before what they are made of.
    pub(super) volumes: Mutex<BTreeMap<String, Volume>>,
    /// The names that an operation is at work on. Names and not records are locked: a volume that is being created has no
    /// record yet, and the maintenance must not take its file for an orphan.
    locks: NameLocks,
    pub(super) events: Events,
    pub(super) target: Target,
    pub(super) pools: Pools,
    pub(super) mount_points: PathBuf,
    pub(super) capacity: ByteSize,
    metrics_addr: Option<SocketAddr>,
    work_dir: TempDir,
}

impl Driver {
    /// Starts a driver in a working directory of its own.
    ///
    /// # Errors
    /// If the directory, the NVMe target or the metrics' address cannot be had.
    pub async fn start(config: Config) -> Result<Self, Error> {
        let metrics_addr = config.metrics_listen.map(metrics_endpoint::serve).transpose()?;
        let parent = config.work_dir.clone().unwrap_or_else(std::env::temp_dir);
        let work_dir = program::work_dir("storage-driver", config.work_dir.as_deref())
            .map_err(Error::file("make a directory in", &parent))?;
        let pools = Pools::create(work_dir.path()).map_err(Error::file("make the pools in", work_dir.path()))?;
        let mount_points = work_dir.path().join("mounts");
        fs::create_dir(&mount_points).map_err(Error::file("make", &mount_points))?;
        Ok(Self {
            volumes: Mutex::default(),
            locks: NameLocks::default(),
            events: Events::default(),
            target: Target::start().await.map_err(Error::Connection)?,
            pools,
            mount_points,
            capacity: config.capacity,
            metrics_addr,
            work_dir,
        })
    }

    /// Unmounts and disconnects every volume. The driver keeps running, without volumes in use.
    ///
    /// # Errors
    /// The first failure, after everything was tried.
    pub async fn shutdown(&self) -> Result<(), Error> {
        let mut result = Ok(());
        for volume in self.volumes() {
            if volume.mount.is_some() {
                result = result.and(self.unmount(&volume.name));
            }
            if volume.connected_to.is_some() {
                result = result.and(self.disconnect(&volume.name).await);
            }
        }
        result
    }

    /// All volumes, by name.
    #[must_use]
    pub fn volumes(&self) -> Vec<VolumeInfo> {
        lock(&self.volumes).iter().map(|(name, volume)| volume.info(name, &self.pools)).collect()
    }

    /// The volume `name`, if there is one.
    #[must_use]
    pub fn volume(&self, name: &str) -> Option<VolumeInfo> {
        lock(&self.volumes).get(name).map(|volume| volume.info(name, &self.pools))
    }

    /// The last hundred events, the oldest first.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        self.events.recent()
    }

    /// Where the metrics are served, if the driver was told to serve them.
    #[must_use]
    pub fn metrics_addr(&self) -> Option<SocketAddr> {
        self.metrics_addr
    }

    /// The NVMe target's address.
    #[must_use]
    pub fn target_addr(&self) -> SocketAddr {
        self.target.addr()
    }

    /// How many connections the NVMe target sees.
    #[must_use]
    pub fn target_sessions(&self) -> usize {
        self.target.sessions()
    }

    /// Where all files of this driver are.
    #[must_use]
    pub fn work_dir(&self) -> &std::path::Path {
        self.work_dir.path()
    }

    /// Locks `name`, or returns that it is locked; nothing waits, because callers of a storage driver retry.
    pub(super) fn lock(&self, name: &str) -> Result<NameLock<'_>, Error> {
        self.locks.take(name).ok_or_else(|| Error::Busy(name.to_owned()))
    }

    /// Looks at the record of the volume `name`, or changes it.
    pub(super) fn with_volume<T>(
        &self,
        name: &str,
        with: impl FnOnce(&mut Volume) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut volumes = lock(&self.volumes);
        with(volumes.get_mut(name).ok_or_else(|| Error::NotFound(name.to_owned()))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fault;

    #[tokio::test]
    async fn drivers_start_side_by_side_and_again() {
        let local = Config { metrics_listen: Some(([127, 0, 0, 1], 0).into()), ..Config::default() };
        let first = Driver::start(local.clone()).await.unwrap();
        let second = Driver::start(local.clone()).await.unwrap();
        assert_ne!(first.work_dir(), second.work_dir());
        first.create("a", 4096, Fault::None).await.unwrap();
        assert!(second.volume("a").is_none());
        drop((first, second));
        Driver::start(local).await.unwrap();
    }

    #[tokio::test]
    async fn nothing_remains() {
        let driver = Driver::start(Config::default()).await.unwrap();
        driver.create("a", 4096, Fault::None).await.unwrap();
        driver.mount("a", Fault::None).unwrap();
        driver.connect("a", Fault::None).await.unwrap();
        let work_dir = driver.work_dir().to_owned();
        drop(driver);
        assert!(!work_dir.exists());
    }

    #[tokio::test]
    async fn a_shutdown_takes_down_mounts_and_connections() {
        let driver = Driver::start(Config::default()).await.unwrap();
        for name in ["a", "b"] {
            driver.create(name, 4096, Fault::None).await.unwrap();
            driver.mount(name, Fault::None).unwrap();
            driver.connect(name, Fault::None).await.unwrap();
        }
        driver.shutdown().await.unwrap();
        assert!(driver.volumes().iter().all(|volume| volume.mount.is_none() && volume.connected_to.is_none()));
    }
}
