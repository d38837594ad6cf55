//! Collectors: functions that set gauges on every scrape, each on its own thread and with a time limit, so that
//! none of them blocks the scrape.

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use metrics::{counter, gauge, with_local_recorder};

use super::error::Error;
use super::message::beginning;
use super::registry::sink::Sink;
use crate::metric::{Gauge, Value};
use crate::names::{COLLECTOR_DURATION, COLLECTOR_FAILURES, COLLECTOR_UP};
use crate::payload::message;

/// The return type of a collector: `()`, or `Result<(), E>` with an error that implements [`Display`], which [`doctor`](crate::doctor) shows.
#[diagnostic::on_unimplemented(
    message = "a collector sets gauges and returns `()` or `Result<(), E>`, not `{Self}`",
    label = "nothing would read this value",
    note = "set a gauge in the collector, or use `collector_gauge`, which sets a gauge to what the function returns"
)]
pub trait Collected {
    /// Returns the message of the error, if the run failed.
    #[doc(hidden)]
    fn failure(&self) -> Option<String>;
}

impl Collected for () {
    fn failure(&self) -> Option<String> {
        None
    }
}

impl<E: Display> Collected for Result<(), E> {
    fn failure(&self) -> Option<String> {
        // `anyhow` and `eyre` show all causes in the alternate form.
        self.as_ref().err().map(|error| format!("{error:#}"))
    }
}

/// Returns a collector that sets a gauge to what a function returns.
pub(super) fn set<V: Into<Value>>(gauge: impl Gauge, mut read: impl FnMut() -> V) -> impl FnMut() {
    move || gauge.set(read())
}

/// The collectors of one exporter.
#[derive(Default)]
pub(super) struct Collectors {
    all: Mutex<Vec<Arc<Collector>>>,
    /// One round at a time: a collector that is running when a round begins is still in an earlier round.
    round: Mutex<()>,
}

/// One collector.
struct Collector {
    name: String,
    limit: Duration,
    state: Mutex<State>,
    problem: Mutex<Option<CollectorProblem>>,
    /// Requests one run from the collector's thread, which answers when the run has ended. The thread ends when this is dropped.
    ask: Mutex<Sender<Sender<()>>>,
    sink: Sink,
}

/// The state of a collector's thread.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Running,
    /// Still running after its time limit.
    Late,
}

/// Why a run failed.
enum Failure {
    /// With the message of the error.
    Error(String),
    /// With the message of the panic.
    Panic(String),
    Timeout,
}

/// The failures of a collector since its last successful run.
#[derive(Clone, Debug)]
pub(super) struct CollectorProblem {
    pub(super) failures: u64,
    /// Why the last run failed.
    pub(super) reason: String,
}

impl Collectors {
    pub(super) fn add<R: Collected>(
        &self,
        sink: &Sink,
        name: String,
        limit: Duration,
        mut collect: impl FnMut() -> R + Send + 'static,
    ) -> Result<(), Error> {
        let mut all = locked(&self.all);
        if all.iter().any(|collector| collector.name == name) {
            return Err(Error::CollectorName { name });
        }
        let (ask, asked) = channel();
        let collector = Arc::new(Collector {
            name,
            limit,
            state: Mutex::new(State::Idle),
            problem: Mutex::default(),
            ask: Mutex::new(ask),
            sink: sink.clone(),
        });
        collector.announce();
        let thread = thread::Builder::new().name(format!("collector-{}", collector.name));
        let weak = Arc::downgrade(&collector);
        thread
            .spawn(move || {
                serve(&asked, || {
                    let Some(collector) = weak.upgrade() else { return };
                    collector.run(&mut collect);
                });
            })
            .map_err(Error::Thread)?;
        all.push(collector);
        Ok(())
    }

    /// Runs all collectors at the same time, and waits for each up to its time limit.
    pub(super) fn collect(&self) {
        let all: Vec<Arc<Collector>> = locked(&self.all).clone();
        if all.is_empty() {
            return;
        }
        let _one_round = locked(&self.round);
        let begun = Instant::now();
        let asked: Vec<_> = all.iter().filter_map(|collector| Some((collector, collector.ask()?))).collect();
        for (collector, over) in asked {
            if over.recv_timeout(collector.limit.saturating_sub(begun.elapsed())) == Err(RecvTimeoutError::Timeout) {
                collector.give_up();
            }
        }
    }

    /// The names of the collectors whose last run failed, and why.
    pub(super) fn problems(&self) -> Vec<(String, CollectorProblem)> {
        let all = locked(&self.all);
        all.iter().filter_map(|one| Some((one.name.clone(), locked(&one.problem).clone()?))).collect()
    }

    pub(super) fn remove(&self, name: &str) {
        locked(&self.all).retain(|collector| collector.name != name);
    }

    /// Ends the threads after their current runs.
    pub(super) fn clear(&self) {
        locked(&self.all).clear();
    }
}

fn serve(asked: &Receiver<Sender<()>>, mut run: impl FnMut()) {
    while let Ok(over) = asked.recv() {
        run();
        // The receiver is gone if the time limit has passed.
        let _ = over.send(());
    }
}

impl Collector {
    /// Requests a run, unless an earlier one is still running.
    fn ask(&self) -> Option<Receiver<()>> {
        let mut state = locked(&self.state);
        if *state != State::Idle {
            self.ended(Err(Failure::Timeout));
            return None;
        }
        let (over, answer) = channel();
        locked(&self.ask).send(over).ok()?;
        *state = State::Running;
        Some(answer)
    }

    fn run<R: Collected>(&self, collect: &mut impl FnMut() -> R) {
        let begun = Instant::now();
        // A collector that panicked runs again on the next scrape; it is responsible for its own state.
        let result = catch_unwind(AssertUnwindSafe(|| with_local_recorder(&self.sink, || collect().failure())));
        let mut state = locked(&self.state);
        with_local_recorder(&self.sink, || {
            gauge!(COLLECTOR_DURATION.name, "collector" => self.name.clone()).set(begun.elapsed());
        });
        if *state == State::Running {
            self.ended(match result {
                Ok(None) => Ok(()),
                Ok(Some(message)) => Err(Failure::Error(message)),
                Err(payload) => Err(Failure::Panic(message(&*payload).unwrap_or("without a message").to_owned())),
            });
        }
        *state = State::Idle;
    }

    fn give_up(&self) {
        let mut state = locked(&self.state);
        if *state == State::Running {
            *state = State::Late;
            self.ended(Err(Failure::Timeout));
        }
    }

    fn ended(&self, result: Result<(), Failure>) {
        with_local_recorder(&self.sink, || {
            gauge!(COLLECTOR_UP.name, "collector" => self.name.clone()).set(if result.is_ok() { 1.0 } else { 0.0 });
            if let Err(failure) = &result {
                self.failures(failure).increment(1);
            }
        });
        let mut problem = locked(&self.problem);
        *problem = result.err().map(|failure| {
            let failures = problem.as_ref().map_or(0, |problem| problem.failures) + 1;
            CollectorProblem { failures, reason: self.reason(failure) }
        });
    }

    fn announce(&self) {
        with_local_recorder(&self.sink, || {
            for failure in [Failure::Error(String::new()), Failure::Panic(String::new()), Failure::Timeout] {
                self.failures(&failure).increment(0);
            }
        });
    }

    fn failures(&self, failure: &Failure) -> metrics::Counter {
        let reason = match failure {
            Failure::Error(_) => "error",
            Failure::Panic(_) => "panic",
            Failure::Timeout => "timeout",
        };
        counter!(COLLECTOR_FAILURES.name, "collector" => self.name.clone(), "reason" => reason)
    }

    /// Describes a failure for the doctor.
    fn reason(&self, failure: Failure) -> String {
        match failure {
            Failure::Error(message) => beginning(&message),
            Failure::Panic(message) => format!("it panicked: {}", beginning(&message)),
            Failure::Timeout => format!(
                "it has not returned within its time limit of {:?}, and is not called again until it returns",
                self.limit
            ),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
