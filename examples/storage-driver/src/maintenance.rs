//! Maintenance: stale mounts are found and recovered, orphans are removed. And how volumes get lost.

use std::fs;

use example_shared::sync::lock;
use metrics_instrumented::{Counter, instrumented};
use serde::Serialize;

use super::Error;
use super::driver::Driver;
use super::metrics::{EventReason, OrphansCleaned, StaleMountsDetected, StaleRecovery};
use super::mounts::Mount;
use super::pools::Pool;

/// What a maintenance found and did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Maintenance {
    /// Mounts that no longer showed their volume.
    pub stale_mounts: u64,
    /// Those of them that show it again.
    pub recovered: u64,
    /// Files without a record that were removed.
    pub orphans_cleaned: u64,
}

impl Driver {
    /// Recovers stale mounts, then removes orphans.
    ///
    /// # Errors
    /// If a pool cannot be read. A mount that cannot be recovered is an event, not an error.
    pub async fn maintain(&self) -> Result<Maintenance, Error> {
        let stale = self.stale_mounts();
        let mut recovered = 0;
        for name in &stale {
            recovered += u64::from(self.recover(name).is_ok());
        }
        let orphans_cleaned = self.clean_orphans().await?;
        Ok(Maintenance { stale_mounts: stale.len() as u64, recovered, orphans_cleaned })
    }

    /// The storage loses a volume behind the driver's back: its file is gone, or `moved` to the other pool.
    ///
    /// # Errors
    /// If there is no such volume, or its file is lost already.
    pub fn lose(&self, name: &str, moved: bool) -> Result<(), Error> {
        let _lock = self.lock(name)?;
        let pool = self.with_volume(name, |volume| Ok(volume.pool))?;
        let file = self.pools.file(pool, name);
        let lost = if moved { fs::rename(&file, self.pools.file(pool.other(), name)) } else { fs::remove_file(&file) };
        lost.map_err(Error::file("lose", &file))
    }

    /// Finds the volumes whose mounts are stale.
    fn stale_mounts(&self) -> Vec<String> {
        let stale: Vec<String> = lock(&self.volumes)
            .iter()
            .filter(|(name, volume)| {
                let file = self.pools.file(volume.pool, name);
                volume.mount.as_ref().is_some_and(|mount| mount.is_stale(&file))
            })
            .map(|(name, _)| name.clone())
            .collect();
        StaleMountsDetected.increment(stale.len() as u64);
        for name in &stale {
            self.events.post(EventReason::StaleMountDetected, name, &"the mount does not show the volume");
        }
        stale
    }

    /// Takes a stale mount down and mounts the volume from where it is now.
    #[instrumented(StaleRecovery {})]
    fn recover(&self, name: &str) -> Result<(), Error> {
        let _lock = self.lock(name)?;
        let result = self.with_volume(name, |volume| {
            volume.mount = None;
            let found = Pool::ALL.into_iter().find(|pool| self.pools.file(*pool, name).exists());
            volume.pool = found.ok_or_else(|| Error::Lost { name: name.to_owned(), pool: volume.pool })?;
            let file = self.pools.file(volume.pool, name);
            let mount = Mount::attach(&file, self.mount_points.join(name)).map_err(Error::file("mount", &file))?;
            volume.mount = Some(mount);
            Ok(())
        });
        match &result {
            Ok(()) => self.events.post(EventReason::StaleMountRecovered, name, &"the mount shows the volume again"),
            Err(error) => self.events.post(EventReason::StaleMountLost, name, error),
        }
        result
    }

    /// Removes the files that no record knows: what a failed creation or an unfinished migration left.
    async fn clean_orphans(&self) -> Result<u64, Error> {
        let mut cleaned = 0;
        for pool in Pool::ALL {
            let names = self.pools.names(pool).map_err(Error::file("read the pool in", self.work_dir()))?;
            for name in names {
                // A name that is taken is being worked on; the next maintenance sees what comes of it.
                let Ok(_lock) = self.lock(&name) else { continue };
                if self.is_orphan(pool, &name) {
                    cleaned += u64::from(tokio::fs::remove_file(self.pools.file(pool, &name)).await.is_ok());
                }
            }
        }
        if cleaned > 0 {
            self.events.post(EventReason::OrphansCleaned, "driver", &format_args!("{cleaned} files"));
        }
        OrphansCleaned.increment(cleaned);
        Ok(cleaned)
    }

    /// Whether no record needs this file. The only file of a volume is always needed, even in the wrong pool.
    fn is_orphan(&self, pool: Pool, name: &str) -> bool {
        let volumes = lock(&self.volumes);
        volumes.get(name).is_none_or(|volume| volume.pool != pool && self.pools.file(volume.pool, name).exists())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, Fault};

    async fn driver_with_mount() -> Driver {
        let driver = Driver::start(Config::default()).await.unwrap();
        driver.create("a", 4096, Fault::None).await.unwrap();
        driver.mount("a", Fault::None).unwrap();
        assert_eq!(driver.maintain().await.unwrap(), Maintenance::default());
        driver
    }

    #[tokio::test]
    async fn a_mount_whose_volume_moved_is_recovered() {
        let driver = driver_with_mount().await;
        driver.lose("a", true).unwrap();
        // A bind mount still shows the moved file, a link does not; so staleness is determined by the expected location of the file.
        let found = driver.maintain().await.unwrap();
        assert_eq!(found, Maintenance { stale_mounts: 1, recovered: 1, orphans_cleaned: 0 });
        let volume = driver.volume("a").unwrap();
        assert_eq!(volume.pool, Pool::Secondary);
        assert!(fs::read(volume.mount.unwrap().0).unwrap().starts_with(b"volume a\n"));
        assert_eq!(driver.maintain().await.unwrap(), Maintenance::default());
    }

    #[tokio::test]
    async fn a_mount_whose_volume_is_lost_is_taken_down() {
        let driver = driver_with_mount().await;
        driver.lose("a", false).unwrap();
        let found = driver.maintain().await.unwrap();
        assert_eq!(found, Maintenance { stale_mounts: 1, recovered: 0, orphans_cleaned: 0 });
        assert!(driver.volume("a").unwrap().mount.is_none());
        assert!(matches!(driver.mount("a", Fault::None), Err(Error::Lost { .. })));
        assert_eq!(driver.maintain().await.unwrap(), Maintenance::default());
        driver.delete("a").await.unwrap();
    }

    #[tokio::test]
    async fn orphans_are_removed_and_volumes_are_not() {
        let driver = driver_with_mount().await;
        assert!(driver.create("b", 4096, Fault::Fail).await.is_err());
        assert!(matches!(driver.create("b", 4096, Fault::None).await, Err(Error::AlreadyExists(_))));
        driver.create("c", 4096, Fault::None).await.unwrap();
        driver.lose("c", true).unwrap();
        assert_eq!(driver.maintain().await.unwrap().orphans_cleaned, 1);
        assert_eq!(driver.pools.names(Pool::Primary).unwrap(), ["a"]);
        assert_eq!(driver.pools.names(Pool::Secondary).unwrap(), ["c"]);
        driver.create("b", 4096, Fault::None).await.unwrap();
    }
}
