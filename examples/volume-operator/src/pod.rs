//! Pods: a thread each, which copies on request between the two directories that are mounted into its own.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::{Copied, Error, copy};

/// A request to a pod to synchronise, with the channel for the response.
type Order = oneshot::Sender<Result<Copied, Error>>;

/// A running pod; dropping it stops it, in the middle of a copy if need be, and waits for its end.
#[derive(Debug)]
pub(super) struct Pod {
    orders: Option<mpsc::Sender<Order>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Pod {
    /// Starts a pod in `directory`, which is made if need be, and waits until it is ready.
    pub(super) async fn start(
        directory: PathBuf,
        source: &Path,
        target: &Path,
        patience: Duration,
    ) -> Result<Self, Error> {
        mount(&directory, source, "source")?;
        mount(&directory, target, "target")?;
        let (orders, inbox) = mpsc::channel();
        let (ready, is_ready) = oneshot::channel();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let path = directory.clone();
        let thread = thread::Builder::new()
            .name("pod".to_owned())
            .spawn(move || run(&path, ready, &inbox, &stopped))
            .map_err(Error::file("start a pod in", &directory))?;
        let pod = Self { orders: Some(orders), stop, thread: Some(thread) };
        match timeout(patience, is_ready).await {
            Ok(Ok(ready)) => ready.map(|()| pod),
            Ok(Err(_)) => Err(Error::PodEnded),
            Err(_) => Err(Error::PodNotReady(patience)),
        }
    }

    /// Lets the pod copy the source into the target.
    pub(super) async fn synchronise(&self) -> Result<Copied, Error> {
        let (answer, answered) = oneshot::channel();
        self.orders.as_ref().ok_or(Error::PodEnded)?.send(answer).map_err(|_| Error::PodEnded)?;
        answered.await.map_err(|_| Error::PodEnded)?
    }
}

impl Drop for Pod {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        drop(self.orders.take());
        if let Some(thread) = self.thread.take() {
            // A pod that panicked does not answer.
            let _ = thread.join();
        }
    }
}

/// Makes `what` appear in the pod's directory.
fn mount(directory: &Path, what: &Path, name: &str) -> Result<(), Error> {
    fs::create_dir_all(directory).map_err(Error::file("make", directory))?;
    let point = directory.join(name);
    match fs::remove_file(&point) {
        // Left by the attempt before.
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Error::file("remove", &point)(error)),
        _ => {}
    }
    symlink(what, &point).map_err(Error::file("link", &point))
}

/// Runs the pod: checks that its mounts exist, reports it, and then copies on request.
fn run(directory: &Path, ready: oneshot::Sender<Result<(), Error>>, inbox: &mpsc::Receiver<Order>, stop: &AtomicBool) {
    let (source, target) = (directory.join("source"), directory.join("target"));
    let mounted = copy::names(&source).and_then(|_| copy::names(&target)).map(drop);
    let is_ready = mounted.is_ok();
    if ready.send(mounted).is_err() || !is_ready {
        return;
    }
    for order in inbox {
        // Who no longer waits for the answer is about to drop the pod.
        let _ = order.send(copy::synchronise(&source, &target, stop));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    #[tokio::test]
    async fn a_pod_copies_on_request() {
        let root = tempfile::tempdir().unwrap();
        let (source, target) = (root.path().join("a"), root.path().join("b"));
        fs::create_dir(&source).unwrap();
        fs::create_dir(&target).unwrap();
        fs::write(source.join("x"), "x").unwrap();
        let pod = Pod::start(root.path().join("pod"), &source, &target, PATIENCE).await.unwrap();
        assert!(!target.join("x").exists());
        assert_eq!(pod.synchronise().await.unwrap().files, 1);
        assert_eq!(pod.synchronise().await.unwrap().unchanged, 1);
        assert_eq!(fs::read(target.join("x")).unwrap(), b"x");
    }

    #[tokio::test]
    async fn a_pod_without_its_mounts_is_not_ready() {
        let root = tempfile::tempdir().unwrap();
        let missing = root.path().join("missing");
        let pod = Pod::start(root.path().join("pod"), &missing, &missing, PATIENCE).await;
        assert!(matches!(pod, Err(Error::File { action: "read", .. })));
    }
}
