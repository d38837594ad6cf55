//! The load: what a busy cluster asks of its storage driver, mistakes and breakdowns included.

use std::sync::Arc;
use std::time::Duration;

use example_shared::load::{Plan, Summary};
use example_shared::shutdown::Shutdown;
use fastrand::Rng;
use storage_driver::{Driver, Error, Fault, MigrationOptions, VolumeInfo};
use tokio::time::timeout;

/// How many names the load uses.
const VOLUMES: u8 = 16;

/// Keeps `driver` busy until the shutdown.
pub(crate) async fn run(plan: Plan, driver: Arc<Driver>, shutdown: Shutdown) -> Summary {
    plan.run(shutdown, move |rng| step(Arc::clone(&driver), rng)).await
}

/// One request for a volume.
async fn step(driver: Arc<Driver>, mut rng: Rng) -> Result<(), Error> {
    let name = format!("load-{}", rng.u8(..VOLUMES));
    match driver.volume(&name) {
        None => driver.create(&name, rng.u64(1..=64) << 16, fault(&mut rng, 0.1)).await.map(drop),
        Some(volume) => use_volume(&driver, &volume, &mut rng).await,
    }
}

/// What is done with a volume that is there; one in ten is careless and does what its state does not allow.
async fn use_volume(driver: &Driver, volume: &VolumeInfo, rng: &mut Rng) -> Result<(), Error> {
    let name = volume.name.as_str();
    let (mounted, connected) = (volume.mount.is_some(), volume.connected_to.is_some());
    let careless = rng.f64() < 0.1;
    match rng.u8(..20) {
        0..18 if !volume.file.exists() => give_up(driver, name).await,
        0..5 if mounted && !careless => driver.unmount(name),
        0..5 => driver.mount(name, fault(rng, 0.1)).map(drop),
        5..10 if connected && !careless => driver.disconnect(name).await,
        5..10 => driver.connect(name, fault(rng, 0.1)).await.map(drop),
        10..12 => driver.expand(name, volume.size + 4096).map(drop),
        12 if careless => driver.clone_volume(name, name).await.map(drop),
        12 => match free_name(driver) {
            Some(free) => driver.clone_volume(name, &free).await.map(drop),
            None => Ok(()),
        },
        13..16 if !mounted || careless => migrate(driver, name, rng).await,
        16..18 if !(mounted || connected) || careless => driver.delete(name).await,
        18 if careless => driver.lose(name, rng.bool()),
        _ => driver.maintain().await.map(drop),
    }
}

/// The storage has lost the volume: what the maintenance cannot bring back is deleted.
async fn give_up(driver: &Driver, name: &str) -> Result<(), Error> {
    driver.maintain().await?;
    match driver.volume(name) {
        Some(volume) if !volume.file.exists() => {
            if volume.connected_to.is_some() {
                driver.disconnect(name).await?;
            }
            driver.delete(name).await
        }
        _ => Ok(()),
    }
}

/// A migration that succeeds, fails, runs out of time, or whose caller loses patience.
async fn migrate(driver: &Driver, name: &str, rng: &mut Rng) -> Result<(), Error> {
    let options = match rng.u8(..10) {
        0 => MigrationOptions { fault: Fault::Fail, ..MigrationOptions::default() },
        1 => MigrationOptions {
            timeout: Duration::from_millis(5),
            pause: Duration::from_millis(10),
            ..MigrationOptions::default()
        },
        _ => MigrationOptions { pause: Duration::from_millis(rng.u64(..100)), ..MigrationOptions::default() },
    };
    match timeout(Duration::from_millis(500), driver.migrate(name, options)).await {
        Ok(migrated) => migrated.map(drop),
        Err(_cancelled) => Ok(()),
    }
}

/// The name of a volume that is not there.
fn free_name(driver: &Driver) -> Option<String> {
    (0..VOLUMES).map(|number| format!("load-{number}")).find(|name| driver.volume(name).is_none())
}

/// A failure, that often.
fn fault(rng: &mut Rng, share: f64) -> Fault {
    if rng.f64() < share { Fault::Fail } else { Fault::None }
}

#[cfg(test)]
mod tests {
    use storage_driver::Config;

    use super::*;

    #[tokio::test]
    async fn the_load_does_a_bit_of_everything() {
        let driver = Arc::new(Driver::start(Config::default()).await.unwrap());
        let plan = Plan { workers: 4, pause: Duration::from_millis(1), seed: 1 };
        let shutdown = Shutdown::new();
        let load = tokio::spawn(run(plan, Arc::clone(&driver), shutdown.clone()));
        tokio::time::sleep(Duration::from_secs(1)).await;
        shutdown.request();
        let summary = load.await.unwrap();
        assert!(summary.steps > 20 && summary.failed > 0, "{summary}");
        assert_eq!(summary.panicked, 0);
        assert!(!driver.volumes().is_empty());
        driver.shutdown().await.unwrap();
    }
}
