//! The load: what several teams ask of their operator, breakdowns included.

use std::sync::Arc;
use std::time::Duration;

use example_shared::load::{Plan, Summary};
use example_shared::shutdown::Shutdown;
use fastrand::Rng;
use tokio::time::timeout;
use volume_operator::{Error, Fault, How, Step, TransferOptions, VolumeName, VolumeOperator};

/// Who asks.
const NAMESPACES: [&str; 3] = ["team-a", "team-b", "team-c"];

/// How many names each of them uses.
const VOLUMES: u8 = 4;

/// How long a caller waits for a transfer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Keeps `operator` busy until the shutdown.
pub(crate) async fn run(plan: Plan, operator: Arc<VolumeOperator>, shutdown: Shutdown) -> Summary {
    plan.run(shutdown, move |rng| step(Arc::clone(&operator), rng)).await
}

/// One request for a volume.
async fn step(operator: Arc<VolumeOperator>, mut rng: Rng) -> Result<(), Error> {
    let name = any_name(&mut rng)?;
    match operator.volume(&name) {
        Err(Error::NotFound(_)) => operator.create(&name, rng.usize(1..=4), rng.u64(1..=64) << 10).map(drop),
        _ => match rng.u8(..20) {
            0 => operator.delete(&name),
            1 => operator.sweep().await.map(drop),
            _ => transfer(&operator, &name, &mut rng).await,
        },
    }
}

/// A transfer that mostly goes well, at times only after retries, at times not at all.
async fn transfer(operator: &VolumeOperator, source: &VolumeName, rng: &mut Rng) -> Result<(), Error> {
    let target = any_name(rng)?;
    let fault = match rng.u8(..10) {
        0..3 => Some(Fault { step: any_step(rng), how: How::Fail, times: rng.u32(1..=3) }),
        3 if rng.u8(..10) == 0 => Some(Fault { step: any_step(rng), how: How::Hang, times: 1 }),
        _ => None,
    };
    match timeout(PATIENCE, operator.transfer(source, &target, TransferOptions { fault })).await {
        Ok(transferred) => transferred.map(drop),
        Err(_cancelled) => Ok(()),
    }
}

fn any_name(rng: &mut Rng) -> Result<VolumeName, Error> {
    let namespace = NAMESPACES[rng.usize(..NAMESPACES.len())];
    VolumeName::new(namespace, &format!("load-{}", rng.u8(..VOLUMES)))
}

fn any_step(rng: &mut Rng) -> Step {
    match rng.u8(..4) {
        0 => Step::Clone,
        1 => Step::Pod,
        2 => Step::Sync,
        _ => Step::Cleanup,
    }
}

#[cfg(test)]
mod tests {
    use volume_operator::Config;

    use super::*;

    #[tokio::test]
    async fn the_load_does_a_bit_of_everything() {
        let config = Config { backoff: Duration::from_millis(1), ..Config::default() };
        let operator = Arc::new(VolumeOperator::start(config).unwrap());
        let plan = Plan { workers: 4, pause: Duration::from_millis(1), seed: 1 };
        let shutdown = Shutdown::new();
        let load = tokio::spawn(run(plan, Arc::clone(&operator), shutdown.clone()));
        tokio::time::sleep(Duration::from_secs(1)).await;
        shutdown.request();
        let summary = load.await.unwrap();
        assert!(summary.steps > 20 && summary.failed > 0, "{summary}");
        assert_eq!(summary.panicked, 0);
        assert!(!operator.volumes().unwrap().is_empty());
    }
}
