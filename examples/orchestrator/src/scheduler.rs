//! The scheduler: which worker runs a container.

use metrics_instrumented::instrumented;

use super::Error;
use super::cluster::Cluster;
use super::metrics::Scheduling;
use super::worker::Assignment;

impl Cluster {
    /// Starts a container on the worker that has the fewest.
    #[instrumented(Scheduling)]
    pub(super) async fn schedule(&self, assignment: Assignment) -> Result<(), Error> {
        let up = self.workers.iter().filter(|worker| worker.is_up());
        let worker = up.min_by_key(|worker| worker.load()).ok_or(Error::NoWorker)?;
        let container = worker.create(assignment)?;
        worker.start(&container).await
    }
}
