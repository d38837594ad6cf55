//! Tasks of a runtime with several threads, which begin a call on one and end it on another.

use std::pin::Pin;
use std::thread;
use std::time::Duration;

use metrics_instrumented::{LabelValue, Operation, instrumented};
use metrics_instrumented_tests::{Calls, panic_of, pending, poll_once};
use tokio::sync::mpsc;
use tokio::task::{JoinSet, yield_now};

use crate::{calls, exporter, here, scrape};

fn run<F: Future>(future: F) -> F::Output {
    exporter();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    runtime.block_on(future)
}

#[derive(LabelValue, Clone, Copy)]
enum Kind {
    Short,
    Long,
}

#[instrumented(name = "tasks_spawned", labels(kind))]
async fn work(kind: Kind, number: u32) -> Result<u32, u32> {
    for _ in 0..number % 5 {
        yield_now().await;
    }
    assert!(number % 50 != 49, "unlucky");
    if number.is_multiple_of(4) { Err(number) } else { Ok(number) }
}

#[test]
fn tasks_on_many_threads_are_counted_exactly() {
    run(async {
        let mut tasks = JoinSet::new();
        for number in 0..1_000 {
            tasks.spawn(work(if number < 500 { Kind::Short } else { Kind::Long }, number));
        }
        let ends = tasks.join_all_ends().await;
        assert_eq!(ends, (1_000 - 20, 20));
    });
    for kind in ["Short", "Long"] {
        let expected = Calls { ok: 365, error: 125, panic: 10, ..Calls::NONE };
        assert_eq!(calls("tasks_spawned", &[("kind", kind)]), expected);
    }
}

trait JoinAllEnds {
    /// How many ended by themselves, and how many in a panic.
    async fn join_all_ends(&mut self) -> (u32, u32);
}

impl<T: 'static> JoinAllEnds for JoinSet<T> {
    async fn join_all_ends(&mut self) -> (u32, u32) {
        let mut ends = (0, 0);
        while let Some(end) = self.join_next().await {
            match end {
                Ok(_) => ends.0 += 1,
                Err(error) if error.is_panic() => ends.1 += 1,
                Err(error) => panic!("{error}"),
            }
        }
        ends
    }
}

#[test]
fn tasks_aborted_in_the_middle_are_cancelled_and_the_gauge_comes_back() {
    #[instrumented(name = "tasks_aborted")]
    async fn waits(started: mpsc::Sender<()>) {
        started.send(()).await.unwrap();
        drop(started);
        pending().await;
    }

    run(async {
        let (started, mut starts) = mpsc::channel(1);
        let mut tasks: Vec<_> = (0..40).map(|_| tokio::spawn(waits(started.clone()))).collect();
        drop(started);
        while starts.recv().await.is_some() {}
        let running = tokio::task::spawn_blocking(|| calls("tasks_aborted", &[])).await.unwrap();
        assert_eq!(running, Calls { in_flight: 40, ..Calls::NONE });
        for task in &tasks {
            task.abort();
        }
        for task in &mut tasks {
            assert!(task.await.unwrap_err().is_cancelled());
        }
    });
    assert_eq!(calls("tasks_aborted", &[]), Calls { cancelled: 40, ..Calls::NONE });
}

/// Transfers.
#[derive(Operation)]
#[operation(name = "tasks_transfers", only(calls, in_flight))]
struct Transfer {
    kind: Kind,
}

#[test]
fn measured_futures_timeouts_and_blocking_tasks_are_counted() {
    run(async {
        let mut tasks = JoinSet::new();
        for number in 0..30 {
            tasks.spawn(async move {
                let transfer = Transfer { kind: Kind::Long };
                match number % 3 {
                    0 => transfer.measure_async(async { yield_now().await }).await,
                    1 => _ = tokio::time::timeout(Duration::from_millis(5), transfer.measure_async(pending())).await,
                    _ => tokio::task::spawn_blocking(|| Transfer { kind: Kind::Short }.measure(|| ())).await.unwrap(),
                }
            });
        }
        tasks.join_all().await;
    });
    let exposition = scrape();
    let count =
        |kind, outcome| exposition.value("tasks_transfers_total", &here(&[("kind", kind), ("outcome", outcome)]));
    assert_eq!([count("Long", "ok"), count("Long", "cancelled"), count("Short", "ok")], [Some(10.0); 3]);
    assert_eq!(exposition.value("tasks_transfers_in_flight", &here(&[("kind", "Long")])), Some(0.0));
}

/// Panics when it is dropped, if it is told to and the thread does not unwind yet.
struct Owned(bool);

impl Drop for Owned {
    fn drop(&mut self) {
        assert!(!self.0 || thread::panicking(), "while it is dropped");
    }
}

#[instrumented(name = "tasks_dropped_plain")]
async fn plain(_owned: Owned) {
    pending().await;
}

#[instrumented(name = "tasks_dropped_tracked", in_flight(peak, oldest))]
async fn tracked(_owned: Owned) {
    pending().await;
}

#[instrumented(name = "tasks_dropped_labelled", labels(kind))]
async fn labelled(kind: Kind, _owned: Owned) {
    pending().await;
}

#[test]
fn a_suspended_call_is_cancelled_by_an_unrelated_panic_and_panics_with_what_it_owns() {
    type Waiting = Pin<Box<dyn Future<Output = ()> + Send>>;
    exporter();
    let functions: [fn(Owned) -> Waiting; 3] = [
        |owned| Box::pin(plain(owned)),
        |owned| Box::pin(tracked(owned)),
        |owned| Box::pin(labelled(Kind::Long, owned)),
    ];
    for function in functions {
        let suspended = |panics| {
            let mut future = function(Owned(panics));
            assert!(poll_once(future.as_mut()).is_pending());
            future
        };
        for panics in [false, true] {
            let future = suspended(panics);
            let message = panic_of(move || {
                let _future = future;
                panic!("unrelated");
            });
            assert_eq!(message, "unrelated");
        }
        let future = suspended(true);
        // It ends on another thread than it began on.
        let ended = thread::spawn(move || drop(future)).join();
        assert!(ended.is_err());
        drop(suspended(false));
        // Never polled, so not counted.
        drop(function(Owned(false)));
    }
    let expected = Calls { cancelled: 3, panic: 1, ..Calls::NONE };
    assert_eq!(calls("tasks_dropped_plain", &[]), expected);
    assert_eq!(calls("tasks_dropped_tracked", &[]), expected);
    assert_eq!(calls("tasks_dropped_labelled", &[("kind", "Long")]), expected);
}
