//! `metrics_instrumented::testing`, as a user's suite uses it.
#![cfg(feature = "testing")]

use std::task::Poll;
use std::thread;
use std::time::Duration;

use metrics_instrumented::testing::{Capture, panics, poll_once};
use metrics_instrumented::{Gauge, instrumented};

#[instrumented(name = "halve")]
fn halve(n: u32) -> Result<u32, String> {
    assert!(n != 13, "unlucky");
    if n.is_multiple_of(2) { Ok(n / 2) } else { Err(format!("{n} is odd")) }
}

#[instrumented(name = "nap")]
async fn nap(times: u32) {
    for _ in 0..times {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Things held.
#[derive(Gauge)]
#[gauge(name = "held")]
struct Held;

/// Calls a function when it is dropped.
struct Halves;

impl Drop for Halves {
    fn drop(&mut self) {
        halve(8).unwrap();
    }
}

#[test]
fn what_a_wrapped_future_owns_is_dropped_in_the_capture() {
    let capture = Capture::new();
    let waits = || async {
        let _halves = Halves;
        std::future::pending::<()>().await;
    };
    let mut polled = Box::pin(capture.wrap(waits()));
    assert!(poll_once(polled.as_mut()).is_pending());
    drop(polled);
    assert_eq!(capture.counter("halve_total", &[("outcome", "ok")]), 1);
    let owned = Halves;
    drop(capture.wrap(async move { drop(owned) }));
    assert_eq!(capture.counter("halve_total", &[("outcome", "ok")]), 2);
}

#[test]
fn a_capture_sees_what_ran_in_it_and_nothing_else() {
    let capture = Capture::new();
    halve(2).unwrap();
    capture.run(|| halve(4)).unwrap();
    capture.run(|| halve(5)).unwrap_err();
    halve(6).unwrap();
    assert_eq!(capture.counter("halve_total", &[("outcome", "ok")]), 1);
    assert_eq!(capture.counter("halve_total", &[("outcome", "error")]), 1);
    assert_eq!(capture.histogram("halve_duration_seconds", &[]).count(), 2);
    assert!(capture.histogram("halve_duration_seconds", &[]).sum() >= 0.0);
    assert!(capture.has("halve_total", &[("outcome", "ok")]) && !capture.has("halve_total", &[("outcome", "success")]));
    assert!(!capture.has("nap_total", &[]));
}

#[test]
fn captures_on_many_threads_do_not_see_each_other() {
    let counts: Vec<u64> = (1..=8u64)
        .map(|n| {
            thread::spawn(move || {
                let capture = Capture::new();
                for _ in 0..n * 100 {
                    capture.run(|| halve(2)).unwrap();
                }
                capture.counter("halve_total", &[("outcome", "ok")])
            })
        })
        .collect::<Vec<_>>()
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect();
    assert_eq!(counts, [100, 200, 300, 400, 500, 600, 700, 800]);
}

#[test]
fn a_wrapped_future_is_captured_over_its_await_points_on_a_multi_threaded_runtime() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_time().build().unwrap();
    let capture = Capture::new();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..50).map(|n| tokio::spawn(capture.wrap(nap(n % 5)))).collect();
        nap(1).await;
        for task in tasks {
            task.await.unwrap();
        }
    });
    assert_eq!(capture.counter("nap_total", &[("outcome", "ok")]), 50);
    assert!(capture.gauge("nap_in_flight", &[]).abs() < f64::EPSILON);
}

#[test]
fn a_future_dropped_after_one_poll_is_cancelled_and_its_gauge_is_0() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let capture = Capture::new();
    let _context = runtime.enter();
    assert_eq!(capture.run(|| poll_once(nap(3))), Poll::Pending);
    assert_eq!(capture.counter("nap_total", &[("outcome", "cancelled")]), 1);
    assert!(capture.gauge("nap_in_flight", &[]).abs() < f64::EPSILON);
    assert_eq!(capture.run(|| poll_once(nap(0))), Poll::Ready(()));
    assert_eq!(capture.counter("nap_total", &[("outcome", "ok")]), 1);
}

#[test]
fn a_panic_is_caught_with_its_message() {
    let capture = Capture::new();
    assert_eq!(capture.run(|| panics(|| halve(13))), "unlucky");
    assert_eq!(capture.counter("halve_total", &[("outcome", "panic")]), 1);
    assert_eq!(panics(|| panics(|| 3)), "the closure returned; it was expected to panic");
}

#[test]
fn a_missing_metric_is_reported_with_what_was_recorded() {
    let capture = Capture::new();
    assert_eq!(
        panics(|| capture.counter("halve_total", &[])),
        "no counter `halve_total`. Nothing was recorded; run the code in `Capture::run` or under `Capture::wrap`"
    );
    capture
        .run(|| {
            Held.set(2.0);
            halve(2)
        })
        .unwrap();
    let message = panics(|| capture.counter("halve_total", &[("outcome", "failure")]));
    assert!(message.starts_with("no counter `halve_total` with outcome=\"failure\". Recorded:\n"), "{message}");
    assert!(message.contains("  counter halve_total{outcome=\"ok\"} 1\n"), "{message}");
    assert!(!message.contains("held"), "{message}");
    let message = panics(|| capture.counter("halve_total", &[]));
    assert!(
        message.starts_with("several series of the counter `halve_total` match; name more labels. Recorded:"),
        "{message}"
    );
    let message = panics(|| capture.gauge("holding", &[]));
    assert!(message.contains("\n  gauge held{} 2"), "{message}");
    let message = panics(|| capture.gauge("halve_total", &[]));
    assert!(message.starts_with("no gauge `halve_total`. Recorded:\n  counter halve_total"), "{message}");
}
