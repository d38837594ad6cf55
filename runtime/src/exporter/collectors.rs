//! Collectors: functions that set gauges on every scrape, each on its own thread and with a time limit, so that
//! none of them blocks the scrape.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use metrics::{counter, gauge, with_local_recorder};

use super::error::Error;
use super::registry::sink::Sink;
use crate::metric::{Gauge, Value};
use crate::names::{COLLECTOR_DURATION, COLLECTOR_FAILURES, COLLECTOR_UP};

/// The return type of a collector: `()`, or `Result<(), E>`.
#[diagnostic::on_unimplemented(
    message = "a collector sets gauges and returns `()` or `Result<(), E>`, not `{Self}`",
    label = "nothing would read this value",
    note = "set a gauge in the collector, or use `collector_gauge`, which sets a gauge to what the function returns"
)]
pub trait Collected {
    /// Returns whether the run succeeded.
    #[doc(hidden)]
    fn is_ok(&self) -> bool;
}

impl Collected for () {
    fn is_ok(&self) -> bool {
        true
    }
}

impl<E> Collected for Result<(), E> {
    fn is_ok(&self) -> bool {
        Result::is_ok(self)
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
#[derive(Clone, Copy)]
enum Failure {
    Error,
    Panic,
    Timeout,
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
        let result = catch_unwind(AssertUnwindSafe(|| with_local_recorder(&self.sink, || collect().is_ok())));
        let mut state = locked(&self.state);
        with_local_recorder(&self.sink, || {
            gauge!(COLLECTOR_DURATION.name, "collector" => self.name.clone()).set(begun.elapsed());
        });
        if *state == State::Running {
            self.ended(match result {
                Ok(true) => Ok(()),
                Ok(false) => Err(Failure::Error),
                Err(_) => Err(Failure::Panic),
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
            if let Err(failure) = result {
                self.failures(failure).increment(1);
            }
        });
    }

    fn announce(&self) {
        with_local_recorder(&self.sink, || {
            for failure in [Failure::Error, Failure::Panic, Failure::Timeout] {
                self.failures(failure).increment(0);
            }
        });
    }

    fn failures(&self, failure: Failure) -> metrics::Counter {
        let reason = match failure {
            Failure::Error => "error",
            Failure::Panic => "panic",
            Failure::Timeout => "timeout",
        };
        counter!(COLLECTOR_FAILURES.name, "collector" => self.name.clone(), "reason" => reason)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
