//! The upkeep of `metrics-exporter-prometheus`, which records undeclared metrics: it stores every recorded value until the values are sorted into buckets, so
//! this is done periodically.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::error::Error;
use super::registry::sink::Sink;

const INTERVAL: Duration = Duration::from_secs(5);

/// The upkeep thread; dropping this ends it.
pub(super) struct Upkeep {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Upkeep {
    pub(super) fn start(sink: Sink) -> Result<Self, Error> {
        let (stop, stopped) = channel();
        let run = move || {
            while matches!(stopped.recv_timeout(INTERVAL), Err(RecvTimeoutError::Timeout)) {
                sink.run_upkeep();
            }
        };
        let thread = thread::Builder::new().name("metrics-upkeep".into()).spawn(run).map_err(Error::Thread)?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // The panic hook has reported a panic of the thread.
            let _ = thread.join();
        }
    }
}
