//! Captures: values expire by the time of the capture.

use std::time::Duration;

use metrics_instrumented::testing::{Capture, poll_once};
use metrics_instrumented::{Open, Operation, instrumented};
use metrics_instrumented_tests::pending;

#[instrumented(name = "captured", labels(tenant = open(tenant, idle = 600)))]
async fn call(tenant: &str) {
    if tenant.starts_with("slow") {
        pending().await;
    }
}

/// Jobs by tenant and host.
#[derive(Operation)]
#[operation(name = "captured_jobs")]
struct Job<'a> {
    #[label(max = 10, idle = 600)]
    tenant: Open<'a>,
    #[label(max = 10)]
    host: Open<'a>,
}

const TENANT: (&str, &str) = ("tenant", "a");

#[test]
fn a_value_leaves_a_capture_and_returns_at_zero() {
    let capture = Capture::new();
    let two = || {
        capture.run(|| {
            let _ = poll_once(call("a"));
            let _ = poll_once(call("a"));
        });
    };
    two();
    capture.advance(Duration::from_secs(599));
    assert_eq!(capture.counter("captured_total", &[TENANT, ("outcome", "ok")]), 2);
    capture.advance(Duration::from_secs(1));
    assert!(!capture.has("captured_total", &[TENANT]) && !capture.has("captured_in_flight", &[TENANT]), "{capture:?}");
    two();
    assert_eq!(capture.counter("captured_total", &[TENANT, ("outcome", "ok")]), 2);
}

#[test]
fn a_value_with_a_running_call_stays_in_a_capture() {
    let capture = Capture::new();
    let mut running = Box::pin(call("slow"));
    capture.run(|| assert!(poll_once(running.as_mut()).is_pending()));
    capture.advance(Duration::from_secs(10_000));
    assert!((capture.gauge("captured_in_flight", &[("tenant", "slow")]) - 1.0).abs() < f64::EPSILON);
    drop(running);
    assert!(capture.has("captured_total", &[("tenant", "slow"), ("outcome", "cancelled")]));
    capture.advance(Duration::from_mins(10));
    assert!(!capture.has("captured_total", &[("tenant", "slow")]), "{capture:?}");
}

#[test]
fn a_value_leaves_only_if_no_series_with_it_was_used() {
    let capture = Capture::new();
    let job = |host: &str| capture.run(|| Job { tenant: Open::new("a"), host: Open::new(host) }.start().ok());
    job("x");
    capture.advance(Duration::from_secs(400));
    job("y");
    capture.advance(Duration::from_secs(400));
    assert!(capture.has("captured_jobs_total", &[TENANT, ("host", "x")]), "{capture:?}");
    capture.advance(Duration::from_secs(200));
    assert!(!capture.has("captured_jobs_total", &[TENANT]), "{capture:?}");
}
