//! The thread that pushes: at an interval, and a last time when the exporter shuts down.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

use metrics::{Counter, counter, with_local_recorder};

use super::baseline::Baseline;
use super::encode::Encoder;
use super::environment;
use super::problem::PushProblem;
use super::request::request;
use super::response::rejected;
use super::retry;
use super::settings::{Otlp, Resolved};
use crate::exporter::client::Failure;
use crate::exporter::destinations::Destination;
use crate::exporter::error::Error;
use crate::exporter::scrape::Scrape;
use crate::names::PUSHES;

/// The time limit of the last push with all its attempts.
const LAST: Duration = Duration::from_secs(10);

/// Pushes at an interval, and a last time when it is dropped.
pub(in crate::exporter) struct OtlpPusher {
    end: Sender<End>,
    thread: Option<JoinHandle<()>>,
}

/// How pushing ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// After a last push.
    Push,
    /// Immediately.
    Cancel,
}

/// The state of the thread.
struct Pushing {
    scrape: Scrape,
    resolved: Resolved,
    baseline: Option<Baseline>,
    ended: Receiver<End>,
    counts: Counts,
    destination: Destination,
}

struct Counts {
    ok: Counter,
    /// The number of pushes of which the collector rejected some points.
    partial: Counter,
    error: Counter,
}

impl OtlpPusher {
    /// Checks the settings, and starts the thread.
    pub(in crate::exporter) fn start(mut otlp: Otlp, scrape: Scrape) -> Result<Self, Error> {
        environment::apply(&mut otlp)?;
        let resolved = otlp.resolved()?;
        let counts = with_local_recorder(&scrape.sink, || Counts {
            ok: counter!(PUSHES.name, "result" => "ok"),
            partial: counter!(PUSHES.name, "result" => "partial"),
            error: counter!(PUSHES.name, "result" => "error"),
        });
        let baseline = resolved.settings.is_delta.then(Baseline::default);
        let (end, ended) = channel();
        let destination = scrape.destinations.collector(&resolved.url);
        let mut pushing = Pushing { scrape, resolved, baseline, ended, counts, destination };
        let thread = thread::Builder::new().name("metrics-otlp".into()).spawn(move || pushing.run());
        Ok(Self { end, thread: Some(thread.map_err(Error::Thread)?) })
    }

    /// Ends without a last push.
    pub(in crate::exporter) fn cancel(self) {
        // An error means that the thread has ended.
        let _ = self.end.send(End::Cancel);
    }
}

impl Drop for OtlpPusher {
    fn drop(&mut self) {
        let _ = self.end.send(End::Push);
        if let Some(thread) = self.thread.take() {
            // The panic hook has reported a panic of the thread.
            let _ = thread.join();
        }
    }
}

impl Pushing {
    fn run(&mut self) {
        let interval = self.resolved.settings.interval;
        // A point in time is never computed from an interval, which may exceed what an `Instant` can hold.
        let mut last = Instant::now();
        loop {
            let end = match self.wait(interval.saturating_sub(last.elapsed())) {
                None => {
                    last += interval;
                    self.push(interval.saturating_sub(last.elapsed()))
                }
                end => end,
            };
            match end {
                Some(End::Cancel) => return,
                Some(End::Push) => {
                    self.push(LAST);
                    return;
                }
                // Intervals that ended during retries are skipped.
                None => last += last.elapsed().saturating_sub(interval),
            }
        }
    }

    /// Waits, unless pushing ends.
    fn wait(&self, time: Duration) -> Option<End> {
        match self.ended.recv_timeout(time) {
            Ok(end) => Some(end),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(End::Push),
        }
    }

    /// Pushes once, with attempts until the time limit; returns how pushing ends, if that interrupted it. The next push contains what was not acknowledged.
    fn push(&mut self, limit: Duration) -> Option<End> {
        let begun = Instant::now();
        let body = self.body();
        for attempt in 0.. {
            match self.send(&body) {
                Ok(response) => {
                    if let Some(baseline) = &mut self.baseline {
                        baseline.acknowledge();
                    }
                    self.scrape.set_arrived();
                    let rejected = rejected(&response);
                    let is_partial = rejected.points > 0;
                    self.destination.set(is_partial.then(|| PushProblem::Partial(rejected).to_string()));
                    let counter = if is_partial { &self.counts.partial } else { &self.counts.ok };
                    counter.increment(1);
                    return None;
                }
                Err(failure) => {
                    self.destination.set(Some(PushProblem::from(&failure).to_string()));
                    let pause = retry::pause(&failure, attempt);
                    let Some(pause) = pause.filter(|pause| *pause < limit.saturating_sub(begun.elapsed())) else {
                        break;
                    };
                    if let Some(end) = self.wait(pause) {
                        // The last push also contains this one.
                        self.counts.error.increment(1);
                        return Some(end);
                    }
                }
            }
        }
        self.counts.error.increment(1);
        None
    }

    fn body(&mut self) -> Vec<u8> {
        let at = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        let at = u64::try_from(at.as_nanos()).unwrap_or(u64::MAX);
        let encoder = Encoder::new(at, self.baseline.as_mut());
        let body = request(&self.resolved.settings.attributes, &self.scrape.write(Box::new(encoder)));
        #[cfg(feature = "gzip")]
        if self.resolved.settings.compresses {
            return super::request::compressed(&body);
        }
        body
    }

    fn send(&self, body: &[u8]) -> Result<Vec<u8>, Failure> {
        let Resolved { url, client, settings } = &self.resolved;
        let mut headers = vec![("content-type", "application/x-protobuf")];
        if settings.compresses {
            headers.push(("content-encoding", "gzip"));
        }
        headers.extend(settings.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        client.send("POST", url, &headers, body)
    }
}
