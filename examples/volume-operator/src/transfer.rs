//! Transfers: a volume's data is brought to another volume, phase by phase.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use serde::Serialize;

use super::fault::{Fault, Faults};
use super::phases::Job;
use super::{Copied, Error, VolumeName, VolumeOperator};

/// How a transfer is to go.
#[derive(Debug, Clone, Copy, Default)]
pub struct TransferOptions {
    /// What is to go wrong.
    pub fault: Option<Fault>,
}

/// What a transfer did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transferred {
    /// What was cloned.
    pub cloned: Copied,
    /// What was copied into the target.
    pub copied: Copied,
}

impl VolumeOperator {
    /// Makes the volume `target` a copy of `source`; it is created if it does not exist.
    ///
    /// Clone and pod are removed even if the transfer fails. What remains of one that panicked, was cancelled or
    /// could not clean up is removed by [`sweep`](Self::sweep).
    ///
    /// # Errors
    /// If there is no such source, the target is being written, or a phase fails more often than it is tried again.
    pub async fn transfer(
        &self,
        source: &VolumeName,
        target: &VolumeName,
        options: TransferOptions,
    ) -> Result<Transferred, Error> {
        if source == target {
            return Err(Error::SameVolume(source.clone()));
        }
        self.volumes.existing(source)?;
        let _target = self.lock(target)?;
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let job = Job {
            source: source.clone(),
            target: target.clone(),
            name: VolumeName::new(source.namespace(), &format!("transfer-{number}"))?,
            faults: Faults::new(options.fault),
        };
        let _job = self.locks.take(&lock_name(&job.name));
        let transferred = self.bring_over(&job).await;
        let cleaned = self.cleaning_up(&job).await;
        // The failure that came first is the one to tell.
        let transferred = transferred?;
        cleaned.map(|()| transferred)
    }

    /// Removes what transfers left behind that did not end, and tells how many they were.
    ///
    /// # Errors
    /// If the file system refuses.
    pub async fn sweep(&self) -> Result<usize, Error> {
        let mut swept = 0;
        for name in self.leftovers()? {
            // One that is taken is under way.
            let Some(_lock) = self.locks.take(&lock_name(&name)) else { continue };
            let job = Job { source: name.clone(), target: name.clone(), name, faults: Faults::new(None) };
            self.cleaning_up(&job).await?;
            swept += 1;
        }
        Ok(swept)
    }

    /// The names of all transfers of which there is a clone or a pod, those that are under way included.
    ///
    /// # Errors
    /// If the file system refuses.
    pub fn leftovers(&self) -> Result<Vec<VolumeName>, Error> {
        let names: BTreeSet<_> = self.clones.names()?.into_iter().chain(self.pods.names()?).collect();
        Ok(names.into_iter().collect())
    }

    async fn bring_over(&self, job: &Job) -> Result<Transferred, Error> {
        let cloned = self.creating_cloned_pvc(job).await?;
        let pod = self.creating_pod(job).await?;
        let copied = self.syncing(job, &pod).await?;
        Ok(Transferred { cloned, copied })
    }
}

/// No volume is called so.
fn lock_name(transfer: &VolumeName) -> String {
    format!("transfer {transfer}")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;
    use crate::{Config, How, Step};

    fn name(name: &str) -> VolumeName {
        VolumeName::new("team", name).unwrap()
    }

    fn operator() -> VolumeOperator {
        let operator = VolumeOperator::start(Config { backoff: Duration::ZERO, ..Config::default() }).unwrap();
        operator.create(&name("data"), 3, 10_000).unwrap();
        operator
    }

    fn fault(step: Step, how: How, times: u32) -> TransferOptions {
        TransferOptions { fault: Some(Fault { step, how, times }) }
    }

    #[tokio::test]
    async fn the_target_becomes_what_the_source_is() {
        let operator = operator();
        let (source, target) = (name("data"), VolumeName::new("other", "copy").unwrap());
        let done = operator.transfer(&source, &target, TransferOptions::default()).await.unwrap();
        assert_eq!(done.copied, Copied { files: 3, bytes: 30_000, unchanged: 0, removed: 0 });
        let (from, to) = (operator.volume(&source).unwrap().path, operator.volume(&target).unwrap().path);
        assert_eq!(fs::read(from.join("file-002")).unwrap(), fs::read(to.join("file-002")).unwrap());

        fs::write(from.join("file-001"), "changed").unwrap();
        fs::remove_file(from.join("file-000")).unwrap();
        let done = operator.transfer(&source, &target, TransferOptions::default()).await.unwrap();
        assert_eq!(done.copied, Copied { files: 1, bytes: 7, unchanged: 1, removed: 1 });
        assert_eq!(operator.leftovers().unwrap(), []);
    }

    #[tokio::test]
    async fn each_step_is_tried_again_until_the_retries_are_exhausted() {
        for step in [Step::Clone, Step::Pod, Step::Sync, Step::Cleanup] {
            let operator = operator();
            let target = name("copy");
            operator.transfer(&name("data"), &target, fault(step, How::Fail, 2)).await.unwrap();
            assert_eq!(operator.volume(&target).unwrap().bytes, 30_000);
            let failed = operator.transfer(&name("data"), &target, fault(step, How::Fail, 3)).await.unwrap_err();
            assert!(matches!(failed, Error::Injected(failed) if failed == step));
            assert_eq!(operator.leftovers().unwrap().len(), usize::from(step == Step::Cleanup));
        }
    }

    #[tokio::test]
    async fn leftovers_of_panics_and_cancellations_are_removed() {
        let operator = Arc::new(operator());
        let panicked = tokio::spawn({
            let operator = Arc::clone(&operator);
            async move {
                let options = fault(Step::Sync, How::Panic, 1);
                operator.transfer(&name("data"), &name("copy"), options).await
            }
        });
        assert!(panicked.await.unwrap_err().is_panic());
        let (source, target) = (name("data"), name("copy"));
        let hanging = operator.transfer(&source, &target, fault(Step::Pod, How::Hang, 1));
        assert!(timeout(Duration::from_millis(500), hanging).await.is_err());
        assert_eq!(operator.leftovers().unwrap().len(), 2);
        assert_eq!(operator.sweep().await.unwrap(), 2);
        assert_eq!(operator.leftovers().unwrap(), []);
        operator.transfer(&source, &target, TransferOptions::default()).await.unwrap();
    }

    #[tokio::test]
    async fn a_target_is_written_by_one_transfer_at_a_time() {
        let operator = Arc::new(operator());
        let running = tokio::spawn({
            let operator = Arc::clone(&operator);
            async move { operator.transfer(&name("data"), &name("copy"), fault(Step::Pod, How::Hang, 1)).await }
        });
        while operator.leftovers().unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let (source, target) = (name("data"), name("copy"));
        let second = operator.transfer(&source, &target, TransferOptions::default()).await;
        assert!(matches!(second, Err(Error::Busy(_))));
        assert_eq!(operator.sweep().await.unwrap(), 0);
        running.abort();
        assert!(running.await.unwrap_err().is_cancelled());
        assert!(matches!(
            operator.transfer(&source, &source, TransferOptions::default()).await,
            Err(Error::SameVolume(_))
        ));
        assert!(matches!(
            operator.transfer(&name("none"), &target, TransferOptions::default()).await,
            Err(Error::NotFound(_))
        ));
    }
}
