//! Another recorder is there first.

use std::net::TcpStream;
use std::thread;

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, SharedString, Unit};
use metrics_instrumented::{Error, Operation, exporter, handle};
use metrics_instrumented_tests::{Calls, Local, alone};
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};

use crate::call;

/// Installs a recorder that keeps everything to be looked at.
fn install_debugging() -> Snapshotter {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    recorder.install().unwrap();
    snapshotter
}

/// What a snapshot, which takes counters and histograms with it, holds of a metric with this outcome.
fn value(snapshotter: &Snapshotter, name: &str, outcome: Option<&str>) -> Option<DebugValue> {
    let found = snapshotter.snapshot().into_vec().into_iter().find(|(key, ..)| {
        key.key().name() == name
            && key.key().labels().find(|label| label.key() == "outcome").map(metrics::Label::value) == outcome
    });
    found.map(|(_, _, _, value)| value)
}

#[test]
fn our_installation_is_an_error_without_side_effects() {
    alone(|| {
        let snapshotter = install_debugging();
        call(false).unwrap();
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let error = exporter().listen(free).install().unwrap_err();
        assert!(matches!(error, Error::ForeignRecorder), "{error:?}");
        assert!(error.to_string().contains("another `metrics` recorder is already installed"), "{error}");
        TcpStream::connect(free).unwrap_err();
        assert!(handle().is_none());
        assert!(matches!(exporter().install_recorder(), Err(Error::ForeignRecorder)));
        call(false).unwrap();
        assert_eq!(value(&snapshotter, "install_calls_total", Some("ok")), Some(DebugValue::Counter(2)));
    });
}

#[test]
fn calls_of_all_threads_go_to_it_with_every_outcome() {
    alone(|| {
        call(true).unwrap_err();
        let snapshotter = install_debugging();
        for _ in 0..20 {
            call(true).unwrap_err();
            thread::spawn(|| call(false)).join().unwrap().unwrap();
        }
        let snapshot = snapshotter.snapshot().into_vec();
        let counter = |outcome: &str| {
            let found = snapshot.iter().find(|(key, ..)| {
                key.key().name() == "install_calls_total" && key.key().labels().any(|label| label.value() == outcome)
            });
            found.map(|(.., value)| value)
        };
        assert_eq!(counter("ok"), Some(&DebugValue::Counter(20)));
        assert_eq!(counter("error"), Some(&DebugValue::Counter(20)));
        assert_eq!(counter("panic"), Some(&DebugValue::Counter(0)));
        assert_eq!(counter("cancelled"), None, "a synchronous function is never cancelled");
        let of = |name: &str| snapshot.iter().find(|(key, ..)| key.key().name() == name).unwrap();
        let (_, unit, help, durations) = of("install_calls_duration_seconds");
        assert!(matches!(durations, DebugValue::Histogram(durations) if durations.len() == 40), "{durations:?}");
        assert_eq!((*unit, help.as_deref()), (Some(Unit::Seconds), Some("A call, for all tests here.")));
        assert!(matches!(of("install_calls_in_flight").3, DebugValue::Gauge(level) if level.0 == 0.0));
    });
}

#[metrics_instrumented::instrumented(name = "install_tracked", in_flight(peak, oldest))]
fn tracked() {}

#[test]
fn it_gets_only_families_that_it_can_expose() {
    alone(|| {
        let snapshotter = install_debugging();
        metrics::with_recorder(metrics_instrumented::announce);
        tracked();
        tracked();
        assert_eq!(value(&snapshotter, "install_tracked_total", Some("ok")), Some(DebugValue::Counter(2)));
        let names: Vec<_> =
            snapshotter.snapshot().into_vec().into_iter().map(|(key, ..)| key.key().name().to_owned()).collect();
        let of_it: Vec<_> = names.iter().filter(|name| name.starts_with("install_tracked_in_flight")).collect();
        assert_eq!(of_it, ["install_tracked_in_flight"]);
    });
}

#[test]
fn a_local_recorder_beside_it_sees_only_its_own_calls() {
    alone(|| {
        let snapshotter = install_debugging();
        call(false).unwrap();
        for _ in 0..3 {
            let local = Local::new();
            local.run(|| call(false)).unwrap();
            assert_eq!(local.calls("install_calls"), Calls { ok: 1, ..Calls::NONE });
        }
        call(false).unwrap();
        assert_eq!(value(&snapshotter, "install_calls_total", Some("ok")), Some(DebugValue::Counter(2)));
    });
}

#[test]
fn announce_registers_all_series_at_zero_with_help() {
    alone(|| {
        let snapshotter = install_debugging();
        assert_eq!(value(&snapshotter, "install_calls_total", Some("ok")), None);
        metrics::with_recorder(|recorder| metrics_instrumented::announce(recorder));
        for outcome in ["ok", "error", "panic"] {
            let zero = value(&snapshotter, "install_calls_total", Some(outcome));
            assert_eq!(zero, Some(DebugValue::Counter(0)), "{outcome}");
        }
        assert_eq!(value(&snapshotter, "install_calls_in_flight", None), Some(DebugValue::Gauge(0.0.into())));
    });
}

/// Counts how often it is asked for a counter.
struct Counting {
    registered: &'static std::sync::atomic::AtomicUsize,
}

impl metrics::Recorder for Counting {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        self.registered.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Counter::noop()
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

/// Steps.
#[derive(Operation)]
#[operation(name = "foreign_steps")]
struct Step;

#[test]
fn handles_are_requested_once_and_not_for_every_call() {
    static REGISTERED: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

    alone(|| {
        metrics::set_global_recorder(Counting { registered: &REGISTERED }).map_err(|_| ()).unwrap();
        for _ in 0..100 {
            call(false).unwrap();
            Step.measure(|| ());
        }
        // A counter for each outcome: four of the declared operation, three of the synchronous function.
        assert_eq!(REGISTERED.load(std::sync::atomic::Ordering::Relaxed), 7);
    });
}
