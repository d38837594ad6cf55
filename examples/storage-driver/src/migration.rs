//! Migrations: a volume's data is copied to the other pool, in chunks and within a time.

use std::io::SeekFrom;
use std::path::Path;
use std::time::Duration;

use metrics_instrumented::instrumented;
use serde::Serialize;
use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use tokio::time::{sleep, timeout};

use super::driver::Driver;
use super::metrics::{EventReason, Migration};
use super::pools::Pool;
use super::{Error, Fault};

/// How much is copied at a time.
const CHUNK: usize = 256 * 1024;

/// How a migration is to go.
#[derive(Debug, Clone, Copy)]
pub struct MigrationOptions {
    /// The time it is given.
    pub timeout: Duration,
    /// How long it rests after each chunk of 256 KiB, to spare the volume's users.
    pub pause: Duration,
    /// What is to go wrong after the first chunk.
    pub fault: Fault,
}

impl Default for MigrationOptions {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(60), pause: Duration::ZERO, fault: Fault::None }
    }
}

/// What a migration did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Migrated {
    /// The pool the volume was in.
    pub from: Pool,
    /// The pool it is in now.
    pub to: Pool,
    /// How many bytes were read.
    pub bytes: u64,
}

impl Driver {
    /// Copies a volume that is not mounted to the other pool and removes it from the one it was in.
    ///
    /// A migration that does not succeed leaves the volume where it was. What it copied is removed; if it is cancelled
    /// or panics, the maintenance removes it.
    ///
    /// # Errors
    /// [`Error::MigrationTimedOut`] if the time runs out; others if there is no such volume, it is mounted, or the
    /// file system refuses.
    #[instrumented(Migration {})]
    pub async fn migrate(&self, name: &str, options: MigrationOptions) -> Result<Migrated, Error> {
        self.events.post(EventReason::MigrationStarted, name, &format_args!("within {:?}", options.timeout));
        let result = self.move_to_other_pool(name, options).await;
        match &result {
            Ok(migrated) => self.events.post(EventReason::MigrationCompleted, name, &migrated.to),
            Err(error @ Error::MigrationTimedOut { .. }) => {
                self.events.post(EventReason::MigrationTimedOut, name, error);
            }
            Err(error) => self.events.post(EventReason::MigrationFailed, name, error),
        }
        result
    }

    async fn move_to_other_pool(&self, name: &str, options: MigrationOptions) -> Result<Migrated, Error> {
        let _lock = self.lock(name)?;
        let from = self.with_volume(name, |volume| match volume.mount {
            Some(_) => Err(Error::InUse(name.to_owned())),
            None => Ok(volume.pool),
        })?;
        let to = from.other();
        let (source, copy) = (self.pools.file(from, name), self.pools.file(to, name));
        if !source.exists() {
            return Err(Error::Lost { name: name.to_owned(), pool: from });
        }
        let copied = match timeout(options.timeout, copy_in_chunks(&source, &copy, options)).await {
            Ok(copied) => copied,
            Err(_) => Err(Error::MigrationTimedOut { name: name.to_owned(), after: options.timeout }),
        };
        let bytes = match copied {
            Ok(bytes) => bytes,
            Err(error) => {
                // The error that matters is the first one; what cannot be removed now is an orphan.
                let _ = fs::remove_file(&copy).await;
                return Err(error);
            }
        };
        self.with_volume(name, |volume| {
            volume.pool = to;
            Ok(())
        })?;
        fs::remove_file(&source).await.map_err(Error::file("remove", &source))?;
        Ok(Migrated { from, to, bytes })
    }
}

/// Copies a file and returns its size. Holes stay holes.
async fn copy_in_chunks(from: &Path, to: &Path, options: MigrationOptions) -> Result<u64, Error> {
    let mut source = File::open(from).await.map_err(Error::file("open", from))?;
    let mut target = File::create(to).await.map_err(Error::file("create", to))?;
    let mut chunk = vec![0; CHUNK];
    let mut copied = 0;
    loop {
        let read = source.read(&mut chunk).await.map_err(Error::file("read", from))?;
        if read == 0 {
            break;
        }
        if chunk[..read].iter().any(|byte| *byte != 0) {
            target.seek(SeekFrom::Start(copied)).await.map_err(Error::file("seek in", to))?;
            target.write_all(&chunk[..read]).await.map_err(Error::file("write", to))?;
        }
        copied += read as u64;
        if !options.pause.is_zero() {
            sleep(options.pause).await;
        }
        options.fault.raise("the migration")?;
    }
    target.set_len(copied).await.map_err(Error::file("grow", to))?;
    target.sync_all().await.map_err(Error::file("write", to))?;
    Ok(copied)
}

#[cfg(test)]
mod tests {
    use std::panic::AssertUnwindSafe;
    use std::sync::Arc;

    use tokio::task::JoinHandle;

    use super::*;
    use crate::{Config, VolumeInfo};

    const SLOW: MigrationOptions =
        MigrationOptions { timeout: Duration::from_secs(60), pause: Duration::from_secs(30), fault: Fault::None };

    async fn driver_with_volume() -> (Arc<Driver>, VolumeInfo) {
        let driver = Driver::start(Config::default()).await.unwrap();
        let volume = driver.create("a", 3 * CHUNK as u64 + 1, Fault::None).await.unwrap();
        (Arc::new(driver), volume)
    }

    /// The names in both pools.
    fn files(driver: &Driver) -> [Vec<String>; 2] {
        Pool::ALL.map(|pool| driver.pools.names(pool).unwrap())
    }

    /// A slow migration to the other pool, where its file is already.
    async fn copying(driver: &Arc<Driver>) -> JoinHandle<Result<Migrated, Error>> {
        let running = tokio::spawn({
            let driver = Arc::clone(driver);
            async move { driver.migrate("a", SLOW).await }
        });
        while driver.pools.names(Pool::Secondary).unwrap().is_empty() {
            sleep(Duration::from_millis(1)).await;
        }
        running
    }

    async fn cancel(running: JoinHandle<Result<Migrated, Error>>) {
        running.abort();
        assert!(running.await.unwrap_err().is_cancelled());
    }

    #[tokio::test]
    async fn a_volume_goes_to_the_other_pool_and_back() {
        let (driver, volume) = driver_with_volume().await;
        std::fs::File::options()
            .append(true)
            .open(&volume.file)
            .map(|file| file.set_len(volume.size))
            .unwrap()
            .unwrap();
        let before = std::fs::read(&volume.file).unwrap();
        let migrated = driver.migrate("a", MigrationOptions::default()).await.unwrap();
        assert_eq!(migrated, Migrated { from: Pool::Primary, to: Pool::Secondary, bytes: volume.size });
        assert_eq!(std::fs::read(driver.volume("a").unwrap().file).unwrap(), before);
        assert_eq!(files(&driver), [vec![], vec!["a".to_owned()]]);
        driver.migrate("a", MigrationOptions::default()).await.unwrap();
        assert_eq!(driver.volume("a").unwrap(), volume);
        assert_eq!(std::fs::read(&volume.file).unwrap(), before);
    }

    #[tokio::test]
    async fn a_timeout_and_a_failure_are_distinguished_and_do_not_move_the_volume() {
        let (driver, volume) = driver_with_volume().await;
        let short = MigrationOptions { timeout: Duration::from_millis(20), ..SLOW };
        assert!(matches!(driver.migrate("a", short).await, Err(Error::MigrationTimedOut { .. })));
        let failing = MigrationOptions { fault: Fault::Fail, ..MigrationOptions::default() };
        assert!(matches!(driver.migrate("a", failing).await, Err(Error::Injected(_))));
        assert_eq!(driver.volume("a").unwrap(), volume);
        assert_eq!(files(&driver), [vec!["a".to_owned()], vec![]]);
        let reasons: Vec<_> = driver.events().into_iter().map(|event| event.reason).collect();
        assert_eq!(
            reasons[1..],
            ["MigrationStarted", "MigrationTimedOut", "MigrationStarted", "MigrationFailed"].map(str::to_owned)
        );
    }

    #[tokio::test]
    async fn a_cancelled_or_panicked_migration_frees_the_volume_and_leaves_an_orphan() {
        let (driver, volume) = driver_with_volume().await;
        let panicking = MigrationOptions { fault: Fault::Panic, ..MigrationOptions::default() };
        let panicked = tokio::spawn({
            let driver = Arc::clone(&driver);
            async move { AssertUnwindSafe(driver.migrate("a", panicking)).0.await }
        });
        assert!(panicked.await.unwrap_err().is_panic());
        assert_eq!(driver.maintain().await.unwrap().orphans_cleaned, 1);

        cancel(copying(&driver).await).await;
        assert_eq!(driver.maintain().await.unwrap().orphans_cleaned, 1);
        assert_eq!(driver.volume("a").unwrap(), volume);
        driver.migrate("a", MigrationOptions::default()).await.unwrap();
    }

    #[tokio::test]
    async fn a_volume_that_is_mounted_or_migrating_stays() {
        let (driver, _) = driver_with_volume().await;
        driver.mount("a", Fault::None).unwrap();
        assert!(matches!(driver.migrate("a", MigrationOptions::default()).await, Err(Error::InUse(_))));
        driver.unmount("a").unwrap();
        let running = copying(&driver).await;
        assert!(matches!(driver.delete("a").await, Err(Error::Busy(_))));
        cancel(running).await;
        driver.delete("a").await.unwrap();
    }
}
