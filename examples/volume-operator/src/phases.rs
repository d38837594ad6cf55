//! The phases of a transfer, and what each of them tries.

use metrics_instrumented::{Open, instrumented};

use super::copy::{self, Copied};
use super::fault::{Faults, Step};
use super::metrics::{Cleanup, DataSync, Phase, PhaseOperation, PodCreation};
use super::pod::Pod;
use super::{Error, VolumeName, VolumeOperator};

/// A transfer that is under way.
#[derive(Debug)]
pub(super) struct Job {
    /// What is transferred.
    pub(super) source: VolumeName,
    /// Where to.
    pub(super) target: VolumeName,
    /// What its clone and its pod are called, in the source's namespace.
    pub(super) name: VolumeName,
    /// The faults to inject.
    pub(super) faults: Faults,
}

impl VolumeOperator {
    /// Clones the source and returns what the clone is made of.
    #[instrumented(PhaseOperation { phase: Phase::CreatingClonedPvc, namespace: Open::new(job.source.namespace()) })]
    pub(super) async fn creating_cloned_pvc(&self, job: &Job) -> Result<Copied, Error> {
        self.retry(|| self.clone_source(job)).await
    }

    /// Starts the pod between the clone and the target.
    #[instrumented(PhaseOperation { phase: Phase::CreatingPod, namespace: Open::new(job.source.namespace()) })]
    pub(super) async fn creating_pod(&self, job: &Job) -> Result<Pod, Error> {
        self.retry(|| self.create_pod(job)).await
    }

    /// Lets the pod copy. It is not a phase of its own; a partly written target continues where the last attempt ended.
    pub(super) async fn syncing(&self, job: &Job, pod: &Pod) -> Result<Copied, Error> {
        self.retry(|| self.sync_data(job, pod)).await
    }

    /// Removes what the transfer needed besides its source and its target.
    #[instrumented(PhaseOperation { phase: Phase::CleaningUp, namespace: Open::new(job.source.namespace()) })]
    pub(super) async fn cleaning_up(&self, job: &Job) -> Result<(), Error> {
        self.retry(|| self.clean_up(job)).await
    }

    async fn clone_source(&self, job: &Job) -> Result<Copied, Error> {
        let source = self.volumes.existing(&job.source)?;
        let cloned = copy::in_background(source, self.clones.ensure(&job.name)?).await?;
        job.faults.raise(Step::Clone).await?;
        Ok(cloned)
    }

    #[instrumented(PodCreation { namespace: Open::new(job.source.namespace()) })]
    async fn create_pod(&self, job: &Job) -> Result<Pod, Error> {
        job.faults.raise(Step::Pod).await?;
        let (clone, target) = (self.clones.existing(&job.name)?, self.volumes.ensure(&job.target)?);
        Pod::start(self.pods.ensure(&job.name)?, &clone, &target, self.config.pod_patience).await
    }

    #[instrumented(DataSync { namespace: Open::new(job.source.namespace()) })]
    async fn sync_data(&self, job: &Job, pod: &Pod) -> Result<Copied, Error> {
        job.faults.raise(Step::Sync).await?;
        pod.synchronise().await
    }

    #[instrumented(Cleanup { namespace: Open::new(job.source.namespace()) })]
    async fn clean_up(&self, job: &Job) -> Result<(), Error> {
        job.faults.raise(Step::Cleanup).await?;
        self.pods.remove(&job.name)?;
        self.clones.remove(&job.name)
    }
}
