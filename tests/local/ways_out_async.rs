//! Every way out of an `async fn`.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::{Duration, Instant};

use metrics_instrumented::instrumented;
use metrics_instrumented_tests::{Calls, Local, lasted, panic_of, pending, poll_once};
use tokio::sync::oneshot;
use tokio::task::yield_now;

#[derive(Debug, PartialEq)]
struct Refused;

#[test]
fn the_end_an_early_return_and_a_question_mark_have_their_outcome() {
    #[instrumented(name = "async_ends")]
    async fn ends(way: u8) -> Result<u8, Refused> {
        yield_now().await;
        if way == 0 {
            return Ok(0);
        }
        let way = if way == 1 { Err(Refused) } else { Ok(way) }?;
        yield_now().await;
        if way == 2 { Err(Refused) } else { Ok(way) }
    }

    let local = Local::new();
    local.block_on(async {
        assert_eq!(ends(0).await, Ok(0));
        assert_eq!(ends(1).await, Err(Refused));
        assert_eq!(ends(2).await, Err(Refused));
        assert_eq!(ends(3).await, Ok(3));
    });
    assert_eq!(local.calls("async_ends"), Calls { ok: 2, error: 2, ..Calls::NONE });
}

#[test]
fn a_function_without_a_value_ends_ok() {
    #[instrumented(name = "async_plain")]
    async fn plain(early: bool) {
        if early {
            return;
        }
        yield_now().await;
    }

    let local = Local::new();
    local.block_on(async {
        plain(true).await;
        plain(false).await;
    });
    assert_eq!(local.calls("async_plain"), Calls { ok: 2, ..Calls::NONE });
}

#[test]
fn a_panic_in_the_body_is_a_panic() {
    #[instrumented(name = "async_panic")]
    async fn panics(later: bool) -> u8 {
        if later {
            yield_now().await;
        }
        panic!("in the body")
    }

    let local = Local::new();
    assert_eq!(local.run(|| panic_of(|| poll_once(pin!(panics(false))))), "in the body");
    assert_eq!(local.calls("async_panic"), Calls { panic: 1, ..Calls::NONE });
    assert_eq!(panic_of(|| local.block_on(panics(true))), "in the body");
    assert_eq!(local.calls("async_panic"), Calls { panic: 2, ..Calls::NONE });
    let joined = local.block_on(async { tokio::spawn(panics(true)).await });
    assert!(joined.unwrap_err().is_panic());
    assert_eq!(local.calls("async_panic"), Calls { panic: 3, ..Calls::NONE });
}

#[test]
fn a_future_that_panicked_and_is_kept_has_ended_already() {
    #[instrumented(name = "async_panic_kept")]
    async fn panics() {
        panic!("kept");
    }

    let local = Local::new();
    let mut future = Box::pin(panics());
    local.run(|| panic_of(|| poll_once(future.as_mut())));
    assert_eq!(local.calls("async_panic_kept"), Calls { panic: 1, ..Calls::NONE });
    drop(future);
    assert_eq!(local.calls("async_panic_kept"), Calls { panic: 1, ..Calls::NONE });
}

#[test]
fn a_future_dropped_after_its_first_poll_is_cancelled() {
    #[instrumented(name = "async_dropped")]
    async fn waits() -> Result<(), Refused> {
        pending().await;
        Err(Refused)
    }

    let local = Local::new();
    let mut future = Box::pin(waits());
    assert_eq!(local.calls("async_dropped"), Calls::NONE);
    assert!(local.run(|| poll_once(future.as_mut())).is_pending());
    assert_eq!(local.calls("async_dropped"), Calls { in_flight: 1, ..Calls::NONE });
    assert!(local.run(|| poll_once(future.as_mut())).is_pending());
    assert_eq!(local.calls("async_dropped"), Calls { in_flight: 1, ..Calls::NONE });
    drop(future);
    assert_eq!(local.calls("async_dropped"), Calls { cancelled: 1, ..Calls::NONE });
}

#[test]
fn a_future_that_is_never_polled_counts_nothing() {
    #[instrumented(name = "async_never_polled")]
    async fn never_polled() {
        pending().await;
    }

    let local = Local::new();
    local.run(|| {
        drop(never_polled());
        let kept = never_polled();
        assert_eq!(local.calls("async_never_polled"), Calls::NONE);
        drop(kept);
    });
    assert_eq!(local.calls("async_never_polled"), Calls::NONE);
}

#[test]
fn a_finished_future_that_is_kept_has_ended_already() {
    #[instrumented(name = "async_finished_kept")]
    async fn finishes() -> u8 {
        yield_now().await;
        3
    }

    let local = Local::new();
    let mut future = Box::pin(finishes());
    local.block_on(async {
        assert_eq!(future.as_mut().await, 3);
        tokio::time::sleep(Duration::from_millis(5)).await;
    });
    let sum = local.read().histogram("async_finished_kept_duration_seconds", &[]).sum;
    assert_eq!(local.calls("async_finished_kept"), Calls { ok: 1, ..Calls::NONE });
    drop(future);
    assert_eq!(local.calls("async_finished_kept"), Calls { ok: 1, ..Calls::NONE });
    let after = local.read().histogram("async_finished_kept_duration_seconds", &[]).sum;
    assert!((after - sum).abs() < f64::EPSILON);
}

#[test]
fn an_aborted_task_is_cancelled() {
    #[instrumented(name = "async_aborted")]
    async fn waits(started: oneshot::Sender<()>) {
        started.send(()).unwrap();
        pending().await;
    }

    let local = Local::new();
    local.block_on(async {
        let (started, has_started) = oneshot::channel();
        let task = tokio::spawn(waits(started));
        has_started.await.unwrap();
        assert_eq!(local.calls("async_aborted"), Calls { in_flight: 1, ..Calls::NONE });
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    });
    assert_eq!(local.calls("async_aborted"), Calls { cancelled: 1, ..Calls::NONE });
}

#[test]
fn a_task_aborted_before_it_ran_counts_nothing() {
    #[instrumented(name = "async_aborted_early")]
    async fn waits() {
        pending().await;
    }

    let local = Local::new();
    local.block_on(async {
        let task = tokio::spawn(waits());
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    });
    assert_eq!(local.calls("async_aborted_early"), Calls::NONE);
}

#[test]
fn a_runtime_that_shuts_down_cancels_its_tasks() {
    #[instrumented(name = "async_runtime_shutdown")]
    async fn waits() {
        pending().await;
    }

    let local = Local::new();
    local.block_on(async {
        tokio::spawn(waits());
        tokio::spawn(waits());
        yield_now().await;
        assert_eq!(local.calls("async_runtime_shutdown"), Calls { in_flight: 2, ..Calls::NONE });
    });
    assert_eq!(local.calls("async_runtime_shutdown"), Calls { cancelled: 2, ..Calls::NONE });
}

#[test]
fn the_loser_of_a_select_is_cancelled_and_the_winner_is_not() {
    #[instrumented(name = "async_select", labels(wins))]
    async fn race(wins: bool) -> bool {
        if !wins {
            pending().await;
        }
        yield_now().await;
        wins
    }

    let local = Local::new();
    let winner = local.block_on(async {
        tokio::select! {
            biased;
            loser = race(false) => loser,
            winner = race(true) => winner,
        }
    });
    assert!(winner);
    assert_eq!(local.calls_with("async_select", &[("wins", "true")]), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(local.calls_with("async_select", &[("wins", "false")]), Calls { cancelled: 1, ..Calls::NONE });
}

#[test]
fn a_timeout_is_a_cancellation_and_one_that_does_not_expire_is_not() {
    #[instrumented(name = "async_timeout")]
    async fn sleeps(long: bool) -> Result<(), Refused> {
        tokio::time::sleep(Duration::from_millis(if long { 60_000 } else { 1 })).await;
        Ok(())
    }

    let local = Local::new();
    let start = Instant::now();
    local.block_on(async {
        let limit = Duration::from_millis(50);
        assert!(tokio::time::timeout(limit, sleeps(true)).await.is_err());
        assert_eq!(tokio::time::timeout(Duration::from_mins(1), sleeps(false)).await, Ok(Ok(())));
    });
    assert_eq!(local.calls("async_timeout"), Calls { ok: 1, cancelled: 1, ..Calls::NONE });
    let durations = local.read().histogram("async_timeout_duration_seconds", &[]);
    assert_eq!(durations.count, 2);
    // Of the call that is cancelled, it is only known that the limit began before it did.
    assert!(lasted(durations.sum, Duration::from_millis(1), start.elapsed()), "{durations:?}");
}

#[test]
fn the_duration_is_from_the_first_poll_to_the_end() {
    const NAP: Duration = Duration::from_millis(60);

    #[instrumented(name = "async_nap")]
    async fn nap() {
        tokio::time::sleep(NAP).await;
    }

    let local = Local::new();
    let most = local.block_on(async {
        let future = nap();
        // Not yet polled: this is not its time.
        tokio::time::sleep(NAP).await;
        let start = Instant::now();
        future.await;
        start.elapsed()
    });
    let durations = local.read().histogram("async_nap_duration_seconds", &[]);
    assert!(lasted(durations.sum, NAP, most), "{durations:?} of {most:?}");
}

#[test]
fn the_gauge_is_up_between_polls() {
    #[instrumented(name = "async_between")]
    async fn waits(go: oneshot::Receiver<u8>) -> u8 {
        go.await.unwrap()
    }

    let local = Local::new();
    let (go, gone) = oneshot::channel();
    let mut future: Pin<Box<dyn Future<Output = u8>>> = Box::pin(waits(gone));
    assert!(local.run(|| poll_once(future.as_mut())).is_pending());
    assert_eq!(local.calls("async_between"), Calls { in_flight: 1, ..Calls::NONE });
    go.send(4).unwrap();
    assert_eq!(local.run(|| poll_once(future.as_mut())), Poll::Ready(4));
    assert_eq!(local.calls("async_between"), Calls { ok: 1, ..Calls::NONE });
}

#[test]
fn a_future_of_a_closure_ends_when_it_is_complete() {
    #[instrumented(name = "async_closure")]
    async fn prefix(fails: bool) -> impl Fn(&str) -> &str {
        yield_now().await;
        assert!(!fails, "meant");
        |text: &str| &text[..1]
    }

    let local = Local::new();
    assert_eq!(local.block_on(prefix(false))("ab"), "a");
    local.run(|| {
        let mut future = Box::pin(prefix(false));
        assert!(poll_once(future.as_mut()).is_pending());
        drop(prefix(false));
    });
    panic_of(|| local.block_on(prefix(true)));
    assert_eq!(local.calls("async_closure"), Calls { ok: 1, panic: 1, cancelled: 1, ..Calls::NONE });
}
