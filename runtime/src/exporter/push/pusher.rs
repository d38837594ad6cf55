//! The pusher: pushes at an interval, and once more when it is dropped.

use std::fmt;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use metrics::{Counter, counter, with_local_recorder};

use super::gateway::{Action, Group, PushError, PushGateway};
use crate::exporter::destinations::Destination;
use crate::exporter::error::Error;
use crate::exporter::exposition::format::Format;
use crate::exporter::scrape::Scrape;
use crate::names::PUSHES;

/// Pushes to a Pushgateway; returned by [`Handle::push`](crate::Handle::push). Dropping it pushes a last time, also after `?` and during a panic.
/// [`finish`](Self::finish) does the same and returns the error, if any. There is no last push if the process is aborted or killed, or calls
/// `std::process::exit`.
#[must_use = "dropped at once, it pushes at once and never again"]
pub struct Pusher {
    shared: Arc<Shared>,
    /// Dropping it ends the thread.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
    is_over: bool,
}

struct Shared {
    scrape: Scrape,
    destination: Destination,
    group: Group,
    adds: bool,
    arrived: Counter,
    failed: Counter,
    /// Serialises pushes, so that the last one that arrives is the last one that was rendered.
    one_at_a_time: Mutex<()>,
}

impl Pusher {
    pub(in crate::exporter) fn start(gateway: &PushGateway, scrape: Scrape) -> Result<Self, Error> {
        let group = gateway.group()?;
        let (arrived, failed) = with_local_recorder(&scrape.sink, || {
            (counter!(PUSHES.name, "result" => "ok"), counter!(PUSHES.name, "result" => "error"))
        });
        let destination = scrape.destinations.group(group.url());
        let one_at_a_time = Mutex::default();
        let shared =
            Arc::new(Shared { scrape, destination, group, adds: gateway.adds, arrived, failed, one_at_a_time });
        let mut pusher = Self { shared: Arc::clone(&shared), stop: None, thread: None, is_over: false };
        if let Some(interval) = gateway.interval {
            let (stop, stopped) = channel();
            let run = move || {
                while matches!(stopped.recv_timeout(interval), Err(RecvTimeoutError::Timeout)) {
                    // The failure is counted, and the next push may succeed.
                    let _ = shared.push();
                }
            };
            let thread = thread::Builder::new().name("metrics-push".into()).spawn(run);
            // Nothing was recorded yet, so there is no last push.
            let thread = thread.map_err(|error| {
                pusher.is_over = true;
                Error::Thread(error)
            })?;
            (pusher.stop, pusher.thread) = (Some(stop), Some(thread));
        }
        Ok(pusher)
    }

    /// Pushes now. Blocks until an attempt succeeds or all attempts have failed.
    ///
    /// # Errors
    /// The [`PushError`] of the last attempt.
    pub fn push(&self) -> Result<(), PushError> {
        self.shared.push()
    }

    /// Pushes a last time, and stops pushing.
    ///
    /// # Errors
    /// The [`PushError`] of the last attempt.
    pub fn finish(mut self) -> Result<(), PushError> {
        self.end();
        self.shared.push()
    }

    /// Deletes the group from the gateway, and stops pushing.
    ///
    /// # Errors
    /// The [`PushError`] of the last attempt.
    pub fn delete(mut self) -> Result<(), PushError> {
        self.end();
        self.shared.group.send(Action::Delete)
    }

    /// Ends the thread, and waits for a push in progress, so that it does not arrive after the next one.
    fn end(&mut self) {
        self.is_over = true;
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // The panic hook has reported a panic of the thread.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn push(&self) -> Result<(), PushError> {
        let _one_at_a_time = self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        let body = self.scrape.render(Format::TEXT);
        let pushed = self.group.send(if self.adds { Action::Add(&body) } else { Action::Replace(&body) });
        let counter = if pushed.is_ok() {
            self.scrape.set_arrived();
            &self.arrived
        } else {
            &self.failed
        };
        counter.increment(1);
        self.destination.set(pushed.as_ref().err().map(PushError::problem));
        pushed
    }
}

impl Drop for Pusher {
    fn drop(&mut self) {
        if !self.is_over {
            self.end();
            // The result is counted; `finish` returns it.
            let _ = self.shared.push();
        }
    }
}

impl fmt::Debug for Pusher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pusher").field("adds", &self.shared.adds).finish_non_exhaustive()
    }
}
