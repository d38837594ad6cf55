//! Volumes: create, delete, expand, clone.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use example_shared::size::ByteSize;
use example_shared::sync::lock;
use metrics_instrumented::instrumented;
use serde::Serialize;
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;

use super::connections::Connection;
use super::driver::Driver;
use super::metrics::{EventReason, VolumeAction, VolumeOperation};
use super::mounts::{Mount, MountKind};
use super::pools::{Pool, Pools};
use super::{Error, Fault};

/// The record of a volume.
#[derive(Debug)]
pub(super) struct Volume {
    /// The bytes it promises.
    pub(super) size: u64,
    /// Where its file is.
    pub(super) pool: Pool,
    /// Where it is mounted.
    pub(super) mount: Option<Mount>,
    /// The open connection to the NVMe target.
    pub(super) connection: Option<Connection>,
}

/// A volume as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VolumeInfo {
    /// Its name.
    pub name: String,
    /// The bytes it promises.
    pub size: u64,
    /// Where its file is.
    pub pool: Pool,
    /// Its file.
    pub file: PathBuf,
    /// Where it is mounted, and how.
    pub mount: Option<(PathBuf, MountKind)>,
    /// The NVMe target it is connected to.
    pub connected_to: Option<SocketAddr>,
}

impl Volume {
    /// What others see of it.
    pub(super) fn info(&self, name: &str, pools: &Pools) -> VolumeInfo {
        VolumeInfo {
            name: name.to_owned(),
            size: self.size,
            pool: self.pool,
            file: pools.file(self.pool, name),
            mount: self.mount.as_ref().map(|mount| (mount.point().to_owned(), mount.kind())),
            connected_to: self.connection.as_ref().map(Connection::peer),
        }
    }

    /// Whether it is mounted or connected.
    pub(super) fn in_use(&self) -> bool {
        self.mount.is_some() || self.connection.is_some()
    }
}

impl Driver {
    /// Creates an empty volume of `size` bytes. With a fault, its file is left behind without a record.
    ///
    /// # Errors
    /// If the name is taken or invalid, the pool is full, or the file system returns an error.
    #[instrumented(VolumeOperation { operation: VolumeAction::Create })]
    pub async fn create(&self, name: &str, size: u64, fault: Fault) -> Result<VolumeInfo, Error> {
        let result = self.provision(name, size, fault).await;
        self.post_provisioning(name, &result);
        result
    }

    /// Deletes a volume.
    ///
    /// # Errors
    /// If it does not exist, it is in use, or the file system returns an error.
    #[instrumented(VolumeOperation { operation: VolumeAction::Delete })]
    pub async fn delete(&self, name: &str) -> Result<(), Error> {
        let _lock = self.lock(name)?;
        let file = self.with_volume(name, |volume| {
            if volume.in_use() { Err(Error::InUse(name.to_owned())) } else { Ok(self.pools.file(volume.pool, name)) }
        })?;
        match fs::remove_file(&file).await {
            // Deleting what the storage lost already is how one gets rid of it.
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file("remove", &file)(error)),
            _ => {
                lock(&self.volumes).remove(name);
                Ok(())
            }
        }
    }

    /// Grows a volume to `size` bytes, mounted or not.
    ///
    /// # Errors
    /// If it does not exist, it is larger already, the pool is full, or the file system returns an error.
    #[instrumented(VolumeOperation { operation: VolumeAction::Expand })]
    pub fn expand(&self, name: &str, size: u64) -> Result<VolumeInfo, Error> {
        let _lock = self.lock(name)?;
        let mut volumes = lock(&self.volumes);
        let has = volumes.get(name).ok_or_else(|| Error::NotFound(name.to_owned()))?.size;
        let more = size.checked_sub(has).ok_or_else(|| Error::Shrink {
            name: name.to_owned(),
            size: ByteSize(has),
            wanted: ByteSize(size),
        })?;
        self.check_room(&volumes, more)?;
        let volume = volumes.get_mut(name).ok_or_else(|| Error::NotFound(name.to_owned()))?;
        let file = self.pools.file(volume.pool, name);
        std::fs::File::options()
            .write(true)
            .open(&file)
            .and_then(|open| open.set_len(size))
            .map_err(Error::file("grow", &file))?;
        volume.size = size;
        Ok(volume.info(name, &self.pools))
    }

    /// Creates the volume `to` with the data of `name`, in the same pool.
    ///
    /// # Errors
    /// If there is no such volume, `to` is taken or invalid, the pool is full, or the file system returns an error.
    #[instrumented(VolumeOperation { operation: VolumeAction::Clone })]
    pub async fn clone_volume(&self, name: &str, to: &str) -> Result<VolumeInfo, Error> {
        let result = self.provision_clone(name, to).await;
        self.post_provisioning(to, &result);
        result
    }

    async fn provision(&self, name: &str, size: u64, fault: Fault) -> Result<VolumeInfo, Error> {
        check_name(name)?;
        let _lock = self.lock(name)?;
        let path = self.new_file(name, Pool::Primary)?;
        self.check_room(&lock(&self.volumes), size)?;
        let mut file = File::create_new(&path).await.map_err(Error::file("create", &path))?;
        // Not all of it is a hole: a volume starts with its name, as far as it fits.
        let begin = format!("volume {name}\n");
        file.write_all(begin.as_bytes()).await.map_err(Error::file("write", &path))?;
        file.set_len(size).await.map_err(Error::file("grow", &path))?;
        file.sync_all().await.map_err(Error::file("write", &path))?;
        fault.raise("the creation")?;
        self.record(name, size, Pool::Primary).await
    }

    async fn provision_clone(&self, name: &str, to: &str) -> Result<VolumeInfo, Error> {
        check_name(to)?;
        let _source = self.lock(name)?;
        let _target = self.lock(to)?;
        let (pool, size) = self.with_volume(name, |volume| Ok((volume.pool, volume.size)))?;
        let (from, path) = (self.pools.file(pool, name), self.new_file(to, pool)?);
        if !from.exists() {
            return Err(Error::Lost { name: name.to_owned(), pool });
        }
        fs::copy(&from, &path).await.map_err(Error::file("copy", &from))?;
        self.record(to, size, pool).await
    }

    /// The file of a volume that is to be, whose name is locked.
    fn new_file(&self, name: &str, pool: Pool) -> Result<PathBuf, Error> {
        let taken = lock(&self.volumes).contains_key(name)
            || Pool::ALL.iter().any(|pool| self.pools.file(*pool, name).exists());
        if taken { Err(Error::AlreadyExists(name.to_owned())) } else { Ok(self.pools.file(pool, name)) }
    }

    /// Makes the record of a volume whose file is there, or removes the file if there is no room for it.
    async fn record(&self, name: &str, size: u64, pool: Pool) -> Result<VolumeInfo, Error> {
        let volume = Volume { size, pool, mount: None, connection: None };
        let info = volume.info(name, &self.pools);
        let full = {
            let mut volumes = lock(&self.volumes);
            match self.check_room(&volumes, size) {
                Ok(()) => {
                    volumes.insert(name.to_owned(), volume);
                    return Ok(info);
                }
                Err(full) => full,
            }
        };
        fs::remove_file(&info.file).await.map_err(Error::file("remove", &info.file))?;
        Err(full)
    }

    /// Whether `more` bytes can be promised beside those of `volumes`.
    fn check_room(&self, volumes: &BTreeMap<String, Volume>, more: u64) -> Result<(), Error> {
        let free = self.capacity.0 - volumes.values().map(|volume| volume.size).sum::<u64>();
        if more <= free { Ok(()) } else { Err(Error::PoolFull { wanted: ByteSize(more), free: ByteSize(free) }) }
    }

    fn post_provisioning(&self, name: &str, result: &Result<VolumeInfo, Error>) {
        match result {
            Ok(info) => self.events.post(EventReason::ProvisioningSucceeded, name, &ByteSize(info.size)),
            Err(error) => self.events.post(EventReason::ProvisioningFailed, name, error),
        }
    }
}

/// Names are part of paths, so not every text is one.
fn check_name(name: &str) -> Result<(), Error> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=63).contains(&name.len()) && name.bytes().all(fits) {
        Ok(())
    } else {
        Err(Error::InvalidName(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::Config;

    async fn driver(capacity: u64) -> Driver {
        Driver::start(Config { capacity: ByteSize(capacity), ..Config::default() }).await.unwrap()
    }

    #[tokio::test]
    async fn a_volume_is_created_expanded_cloned_and_deleted() {
        let driver = driver(1 << 30).await;
        let volume = driver.create("a", 8192, Fault::None).await.unwrap();
        assert_eq!(fs::metadata(&volume.file).unwrap().len(), 8192);
        assert!(fs::read(&volume.file).unwrap().starts_with(b"volume a\n\0"));

        assert_eq!(driver.expand("a", 16_384).unwrap().size, 16_384);
        assert_eq!(fs::metadata(&volume.file).unwrap().len(), 16_384);
        assert!(matches!(driver.expand("a", 1), Err(Error::Shrink { .. })));

        let clone = driver.clone_volume("a", "b").await.unwrap();
        assert_eq!(fs::read(&volume.file).unwrap(), fs::read(&clone.file).unwrap());
        assert!(matches!(driver.clone_volume("a", "b").await, Err(Error::AlreadyExists(_))));

        driver.delete("a").await.unwrap();
        assert!(!volume.file.exists() && clone.file.exists());
        assert!(matches!(driver.delete("a").await, Err(Error::NotFound(_))));
    }

    #[tokio::test]
    async fn volumes_do_not_exceed_the_capacity() {
        let driver = driver(10_000).await;
        driver.create("a", 6_000, Fault::None).await.unwrap();
        assert!(matches!(driver.create("b", 6_000, Fault::None).await, Err(Error::PoolFull { .. })));
        assert!(matches!(driver.create("b", u64::MAX, Fault::None).await, Err(Error::PoolFull { .. })));
        assert!(matches!(driver.clone_volume("a", "b").await, Err(Error::PoolFull { .. })));
        assert!(matches!(driver.expand("a", 10_001), Err(Error::PoolFull { .. })));
        driver.expand("a", 10_000).unwrap();
        assert_eq!(driver.volumes().len(), 1);
        assert_eq!(driver.pools.names(Pool::Primary).unwrap(), ["a"]);
    }

    #[tokio::test]
    async fn names_that_leave_the_pool_are_refused() {
        let driver = driver(1 << 30).await;
        for name in ["", "..", "../a", "a/b", "A", "a.b", &"a".repeat(64)] {
            assert!(matches!(driver.create(name, 1, Fault::None).await, Err(Error::InvalidName(_))), "{name}");
        }
    }

    #[tokio::test]
    async fn a_volume_in_use_is_not_deleted() {
        let driver = driver(1 << 30).await;
        driver.create("a", 4096, Fault::None).await.unwrap();
        driver.mount("a", Fault::None).unwrap();
        assert!(matches!(driver.delete("a").await, Err(Error::InUse(_))));
        driver.unmount("a").unwrap();
        driver.connect("a", Fault::None).await.unwrap();
        assert!(matches!(driver.delete("a").await, Err(Error::InUse(_))));
        driver.disconnect("a").await.unwrap();
        driver.delete("a").await.unwrap();
    }
}
