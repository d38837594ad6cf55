//! Counters for calls that succeeded or not, calls without an outcome, and calls of which some are timed.

use metrics_instrumented::{Operation, instrumented};
use metrics_instrumented_tests::{Local, panic_of, pending, poll_once};

async fn leave(way: u8) -> Result<(), ()> {
    match way {
        0 => Ok(()),
        1 => Err(()),
        2 => panic!("as planned"),
        _ => {
            pending().await;
            Ok(())
        }
    }
}

/// Two that succeed, and one of each other way.
fn every_way<F: Future>(call: impl Fn(u8) -> F) {
    for way in [0, 0, 1, 3] {
        _ = poll_once(std::pin::pin!(call(way)));
    }
    panic_of(|| poll_once(std::pin::pin!(call(2))));
}

#[test]
fn successful_calls_and_all_others_may_have_separate_counters() {
    #[instrumented(calls(ok = "ended_done_total", error = "ended_failed_total"))]
    async fn instead(way: u8) -> Result<(), ()> {
        leave(way).await
    }

    #[instrumented(name = "ended_beside", labels(flag: bool = true), calls(ok = "ended_beside_done_total"))]
    async fn beside(way: u8) -> Result<(), ()> {
        leave(way).await
    }

    let local = Local::new();
    let value = |name: &str, labels: &[(&str, &str)]| local.read().value(name, labels);
    assert_eq!((value("ended_done_total", &[]), value("ended_failed_total", &[])), (Some(0.0), Some(0.0)));
    local.run(|| {
        every_way(instead);
        every_way(beside);
    });
    assert_eq!((value("ended_done_total", &[]), value("ended_failed_total", &[])), (Some(2.0), Some(3.0)));
    let flag = ("flag", "true");
    assert_eq!(value("ended_beside_done_total", &[flag]), Some(2.0));
    let outcomes =
        ["ok", "error", "panic", "cancelled"].map(|outcome| value("ended_beside_total", &[flag, ("outcome", outcome)]));
    assert_eq!(outcomes, [Some(2.0), Some(1.0), Some(1.0), Some(1.0)]);
}

/// Visits.
#[derive(Operation)]
#[operation(name = "ended_visits", outcome = none)]
struct Visit {
    new: bool,
}

#[test]
fn calls_may_be_counted_without_an_outcome() {
    #[instrumented(Visit { new: true })]
    async fn visit(way: u8) -> Result<(), ()> {
        leave(way).await
    }

    let local = Local::new();
    local.run(|| every_way(visit));
    let exposition = local.read();
    exposition.assert_labels("ended_visits_total", &["new"]);
    assert_eq!(exposition.value("ended_visits_total", &[("new", "true")]), Some(5.0));
    assert_eq!(exposition.value("ended_visits_total", &[("new", "false")]), Some(0.0));
    assert_eq!(exposition.value("ended_visits_in_flight", &[("new", "true")]), Some(0.0));
    assert_eq!(exposition.histogram("ended_visits_duration_seconds", &[("new", "true")]).count, 5);
}

#[test]
fn all_calls_of_a_sampled_operation_are_counted() {
    #[instrumented(name = "ended_sampled", duration(sample = 10))]
    fn sampled() -> Result<(), ()> {
        std::hint::black_box(Ok(()))
    }

    let local = Local::new();
    for calls in [1u32, 2] {
        local.run(sampled).unwrap();
        let exposition = local.read();
        assert_eq!(exposition.value("ended_sampled_total", &[("outcome", "ok")]), Some(f64::from(calls)));
        assert_eq!(exposition.histogram("ended_sampled_duration_seconds", &[]).count, u64::from(calls));
    }
    local.run(|| (2..95).try_for_each(|_| sampled())).unwrap();
    let exposition = local.read();
    assert_eq!(exposition.value("ended_sampled_total", &[("outcome", "ok")]), Some(95.0));
    assert_eq!(exposition.value("ended_sampled_in_flight", &[]), Some(0.0));
    assert_eq!(exposition.histogram("ended_sampled_duration_seconds", &[]).count, 95);
    let help = exposition.family("ended_sampled_duration_seconds").help.clone().unwrap();
    assert!(help.contains("10"), "{help}");
}
