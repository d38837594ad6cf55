//! The load mode: a few workers that take one step after the other until the program ends.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use fastrand::Rng;
use tokio::task::JoinSet;

use crate::shutdown::Shutdown;

/// How much load to make.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How many workers there are.
    pub workers: usize,
    /// How long a worker rests after a step, on average.
    pub pause: Duration,
    /// Where the random numbers start; each worker has its own row of them.
    pub seed: u64,
}

/// What the load came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Steps taken.
    pub steps: u64,
    /// Those of them that returned an error.
    pub failed: u64,
    /// Those of them that panicked.
    pub panicked: u64,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} steps, {} failed, {} panicked", self.steps, self.failed, self.panicked)
    }
}

impl Plan {
    /// Takes steps until `shutdown`. A step gets random numbers of its own; its failure or panic ends nothing else.
    pub async fn run<S, F, E>(self, shutdown: Shutdown, step: S) -> Summary
    where
        S: Fn(Rng) -> F + Clone + Send + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Send + 'static,
    {
        let mut workers = JoinSet::new();
        let mut seeds = Rng::with_seed(self.seed);
        for _ in 0..self.workers {
            workers.spawn(work(seeds.fork(), self.pause, shutdown.clone(), step.clone()));
        }
        let mut total = Summary::default();
        while let Some(worker) = workers.join_next().await {
            let summary = worker.unwrap_or_default();
            total.steps += summary.steps;
            total.failed += summary.failed;
            total.panicked += summary.panicked;
        }
        total
    }
}

/// One worker.
async fn work<S, F, E>(mut rng: Rng, pause: Duration, shutdown: Shutdown, step: S) -> Summary
where
    S: Fn(Rng) -> F,
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: Send + 'static,
{
    let mut summary = Summary::default();
    while !shutdown.is_requested() {
        // A task of its own, so that a panic ends the step and not the worker.
        match tokio::spawn(step(rng.fork())).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => summary.failed += 1,
            Err(_) => summary.panicked += 1,
        }
        summary.steps += 1;
        tokio::select! {
            () = tokio::time::sleep(pause.mul_f64(2.0 * rng.f64())) => {}
            () = shutdown.wait() => {}
        }
    }
    summary
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[tokio::test]
    async fn failures_and_panics_are_counted_and_do_not_end_the_process() {
        let shutdown = Shutdown::new();
        let taken = Arc::new(AtomicU64::new(0));
        let plan = Plan { workers: 1, pause: Duration::ZERO, seed: 7 };
        let summary = plan
            .run(shutdown.clone(), move |_| {
                let step = taken.fetch_add(1, Ordering::Relaxed);
                let shutdown = shutdown.clone();
                async move {
                    match step {
                        0 => Err("failed"),
                        1 => panic!("a step that panics on purpose"),
                        _ => {
                            shutdown.request();
                            Ok(())
                        }
                    }
                }
            })
            .await;
        assert_eq!(summary, Summary { steps: 3, failed: 1, panicked: 1 });
    }
}
