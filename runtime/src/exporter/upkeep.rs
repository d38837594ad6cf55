//! The upkeep: `metrics-exporter-prometheus`, where the metrics go that no site declares, keeps every recorded value until it is sorted into
//! buckets, so that is done now and then.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::error::Error;
use super::registry::sink::Sink;

const INTERVAL: Duration = Duration::from_secs(5);

/// The thread of the upkeep; its drop ends it.
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
            // It cannot have panicked with anything that is not printed already.
            let _ = thread.join();
        }
    }
}
