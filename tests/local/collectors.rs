//! Functions that are asked at every scrape, and that none of them takes the scrape down.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use metrics_instrumented::{Error, Gauge, Handle, LabelValue, Recorder, exporter};
use metrics_instrumented_tests::{Exposition, eventually};

const LONG: Duration = Duration::from_secs(30);

#[derive(LabelValue)]
enum State {
    Running,
    Stopped,
}

/// Domains, as they were found.
#[derive(Gauge)]
#[gauge(name = "collectors_domains")]
struct Domains {
    state: State,
}

fn recorder() -> (Recorder, Handle) {
    let recorder = exporter().build().unwrap();
    let handle = recorder.handle();
    (recorder, handle)
}

#[track_caller]
fn read(handle: &Handle) -> Exposition {
    Exposition::parse(&handle.render()).unwrap()
}

fn up(exposition: &Exposition, collector: &str) -> Option<f64> {
    exposition.value("metrics_instrumented_collector_up", &[("collector", collector)])
}

/// Failures of a collector: errors, panics, timeouts.
fn failures(exposition: &Exposition, collector: &str) -> [Option<f64>; 3] {
    ["error", "panic", "timeout"].map(|reason| {
        let labels = [("collector", collector), ("reason", reason)];
        exposition.value("metrics_instrumented_collector_failures_total", &labels)
    })
}

fn running(exposition: &Exposition) -> Option<f64> {
    exposition.value("collectors_domains", &[("state", "Running")])
}

const NO_FAILURE: [Option<f64>; 3] = [Some(0.0); 3];

#[test]
fn a_collector_runs_on_every_scrape_and_its_gauges_are_exposed() {
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let domains = move || {
        Domains { state: State::Running }.set(count.fetch_add(1, Ordering::Relaxed));
        Domains { state: State::Stopped }.set(9);
    };
    let recorder = exporter().collector("domains", LONG, domains).build().unwrap();
    for found in [0.0, 1.0, 2.0] {
        let exposition = read(&recorder.handle());
        assert_eq!(running(&exposition), Some(found));
        assert_eq!(exposition.value("collectors_domains", &[("state", "Stopped")]), Some(9.0));
        assert_eq!((up(&exposition, "domains"), failures(&exposition, "domains")), (Some(1.0), NO_FAILURE));
        let duration = exposition.value("metrics_instrumented_collector_duration_seconds", &[("collector", "domains")]);
        assert!(duration.is_some_and(|duration| (0.0..5.0).contains(&duration)), "{duration:?}");
    }
    assert_eq!(asked.load(Ordering::Relaxed), 3);
}

#[test]
fn a_gauge_is_set_to_what_a_function_returns() {
    let recorder =
        exporter().collector_gauge("running", LONG, Domains { state: State::Running }, || 7_usize).build().unwrap();
    let mut asked = 0_u8;
    let read = move || {
        asked += 1;
        f64::from(asked) / 2.0
    };
    recorder.handle().collector_gauge("stopped", LONG, Domains { state: State::Stopped }, read).unwrap();
    for stopped in [0.5, 1.0] {
        let exposition = self::read(&recorder.handle());
        assert_eq!(running(&exposition), Some(7.0));
        assert_eq!(exposition.value("collectors_domains", &[("state", "Stopped")]), Some(stopped));
    }
}

#[test]
fn a_collector_that_fails_or_panics_does_not_affect_gauges_and_other_collectors() {
    let (_recorder, handle) = recorder();
    let mut runs = 0;
    handle
        .collector("odd", LONG, move || {
            runs += 1;
            assert!(runs != 3, "the third run");
            if runs == 2 {
                return Err("the second run");
            }
            Domains { state: State::Running }.set(runs);
            Ok(())
        })
        .unwrap();
    handle.collector("even", LONG, || ()).unwrap();
    for (found, is_up, failed) in [
        (1.0, 1.0, [Some(0.0), Some(0.0), Some(0.0)]),
        (1.0, 0.0, [Some(1.0), Some(0.0), Some(0.0)]),
        (1.0, 0.0, [Some(1.0), Some(1.0), Some(0.0)]),
        (4.0, 1.0, [Some(1.0), Some(1.0), Some(0.0)]),
    ] {
        let exposition = read(&handle);
        assert_eq!(running(&exposition), Some(found));
        assert_eq!((up(&exposition, "odd"), failures(&exposition, "odd")), (Some(is_up), failed));
        assert_eq!((up(&exposition, "even"), failures(&exposition, "even")), (Some(1.0), NO_FAILURE));
    }
}

#[test]
fn a_collector_that_hangs_is_skipped_until_it_returns() {
    let (_recorder, handle) = recorder();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let may_go_on = Mutex::new(may_go_on);
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    handle
        .collector("hangs", Duration::from_millis(50), move || {
            let asked = count.fetch_add(1, Ordering::Relaxed);
            if asked == 0 {
                may_go_on.lock().unwrap().recv().unwrap();
            }
            Domains { state: State::Running }.set(asked + 7);
        })
        .unwrap();
    let start = Instant::now();
    let exposition = read(&handle);
    assert!(start.elapsed() < LONG);
    assert_eq!((running(&exposition), up(&exposition, "hangs")), (Some(0.0), Some(0.0)));
    assert_eq!(failures(&exposition, "hangs"), [Some(0.0), Some(0.0), Some(1.0)]);
    let exposition = read(&handle);
    assert_eq!(failures(&exposition, "hangs"), [Some(0.0), Some(0.0), Some(2.0)]);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    go_on.send(()).unwrap();
    let exposition = eventually(LONG, || {
        let exposition = read(&handle);
        if up(&exposition, "hangs") == Some(1.0) { Ok(exposition) } else { Err("it is not back") }
    });
    assert_eq!(running(&exposition), Some(f64::from(asked.load(Ordering::Relaxed) + 6)));
}

#[test]
fn a_name_is_taken_once_and_free_again_when_its_collector_is_removed() {
    let (_recorder, handle) = recorder();
    handle.collector("domains", LONG, || Domains { state: State::Running }.set(1)).unwrap();
    let again = handle.collector("domains", LONG, || ());
    assert!(matches!(&again, Err(Error::CollectorName { name }) if name == "domains"), "{again:?}");
    assert_eq!(running(&read(&handle)), Some(1.0));
    handle.remove_collector("domains");
    handle.remove_collector("nobody");
    assert_eq!(running(&read(&handle)), Some(1.0));
    handle.collector("domains", LONG, || Domains { state: State::Running }.set(2)).unwrap();
    assert_eq!(running(&read(&handle)), Some(2.0));
    handle.shutdown();
    assert_eq!(running(&read(&handle)), Some(2.0));
    let twice = exporter().collector("x", LONG, || ()).collector("x", LONG, || ()).build();
    assert!(matches!(twice, Err(Error::CollectorName { .. })), "{twice:?}");
}

#[test]
fn scrapes_at_the_same_time_do_not_disturb_a_collector() {
    let (_recorder, handle) = recorder();
    let busy = Mutex::new(());
    handle
        .collector("domains", LONG, move || {
            let _alone = busy.try_lock().expect("it is not asked twice at once");
            std::thread::sleep(Duration::from_millis(5));
        })
        .unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(up(&read(&handle), "domains"), Some(1.0)));
        }
    });
    assert_eq!(failures(&read(&handle), "domains"), NO_FAILURE);
}
