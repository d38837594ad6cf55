//! Counters, gauges and histograms whose values expire.

use std::sync::{Arc, Mutex};
use std::thread;

use metrics_instrumented::testing::Capture;
use metrics_instrumented::{Counter, Finding, Gauge, GaugeGuard, Handle, Histogram, LabelValue, Open, doctor};
use metrics_instrumented_tests::{alone, panic_of};
use std::time::Duration;

use crate::{install, read, wait};

const IDLE: u64 = 600;

#[derive(LabelValue)]
enum Kind {
    Push,
    Pull,
}

/// Events by tenant.
#[derive(Counter)]
#[counter(name = "leaving_events_total")]
struct Events<'a> {
    #[label(max = 3, idle = 600)]
    tenant: Open<'a>,
    kind: Kind,
}

/// Jobs in a queue.
#[derive(Gauge)]
#[gauge(name = "leaving_queue")]
struct Queue<'a> {
    #[label(max = 3, idle = 600)]
    tenant: Open<'a>,
}

/// The same family, declared in another place.
#[derive(Gauge)]
#[gauge(name = "leaving_queue")]
struct SameQueue<'a> {
    #[label(max = 3, idle = 600)]
    tenant: Open<'a>,
}

/// Sizes of uploads.
#[derive(Histogram)]
#[histogram(name = "leaving_upload_bytes", buckets = [10.0, 100.0])]
struct Size<'a> {
    #[label(max = 3, idle = 600)]
    tenant: Open<'a>,
}

/// Sizes of downloads.
#[derive(Histogram)]
#[histogram(name = "leaving_download_bytes", buckets = native(factor = 1.1))]
struct NativeSize<'a> {
    #[label(max = 3, idle = 600)]
    tenant: Open<'a>,
}

fn event(tenant: &str) {
    Events { tenant: Open::new(tenant), kind: Kind::Push }.increment(1);
}

fn queue(tenant: &str) -> Queue<'_> {
    Queue { tenant: Open::new(tenant) }
}

fn shown(metrics: &Handle, family: &str, tenant: &str) -> Option<f64> {
    let is_event = family == "leaving_events_total";
    let labels = [("tenant", tenant), ("kind", "Push")];
    read(metrics).value(family, if is_event { &labels } else { &labels[..1] })
}

/// A value that is updated stays, and leaves after the idle time.
#[track_caller]
fn comes_and_leaves(metrics: &Handle, sample: &str, update: impl Fn(&str)) {
    for _ in 0..2 {
        update("a");
        wait(IDLE - 60);
        assert!(metrics.render().contains(sample), "{sample}\n{}", metrics.render());
        update("a");
        wait(IDLE - 60);
        assert!(metrics.render().contains(sample), "{sample}\n{}", metrics.render());
        wait(61);
        assert!(!metrics.render().contains(sample), "{sample}\n{}", metrics.render());
    }
}

#[test]
fn the_doctor_does_not_report_expired_values_as_never_recorded() {
    alone(|| {
        let metrics = install();
        event("a");
        wait(IDLE + 1);
        assert_eq!(shown(&metrics, "leaving_events_total", "a"), None);
        for finding in doctor().findings() {
            if let Finding::NeverRecorded { families } = finding {
                assert!(families.iter().all(|(family, _)| family != "leaving_events_total"), "{finding}");
            }
        }
    });
}

#[test]
fn the_values_of_every_kind_leave() {
    alone(|| {
        let metrics = install();
        comes_and_leaves(&metrics, "leaving_events_total{kind=\"Push\",tenant=\"a\"}", event);
        comes_and_leaves(&metrics, "leaving_events_total{kind=\"Pull\",tenant=\"a\"} 7", |tenant| {
            Events { tenant: Open::new(tenant), kind: Kind::Pull }.absolute(7);
        });
        comes_and_leaves(&metrics, "leaving_queue{tenant=\"a\"} 5", |tenant| queue(tenant).set(5));
        comes_and_leaves(&metrics, "leaving_queue{tenant=\"a\"} 0", |tenant| {
            queue(tenant).add(5);
            queue(tenant).sub(5);
        });
        comes_and_leaves(&metrics, "leaving_queue{tenant=\"a\"} 0", |tenant| drop(queue(tenant).hold(5)));
        comes_and_leaves(&metrics, "leaving_upload_bytes_sum{tenant=\"a\"}", |tenant| {
            Size { tenant: Open::new(tenant) }.record(50);
        });
        comes_and_leaves(&metrics, "leaving_download_bytes_sum{tenant=\"a\"}", |tenant| {
            NativeSize { tenant: Open::new(tenant) }.record(50);
        });
    });
}

#[test]
fn a_value_that_returns_begins_at_zero() {
    alone(|| {
        let metrics = install();
        for expected in [1.0, 2.0, 1.0] {
            event("a");
            Size { tenant: Open::new("a") }.record(50);
            NativeSize { tenant: Open::new("a") }.record(50);
            queue("a").add(1);
            let read = read(&metrics);
            let labels = [("tenant", "a")];
            let (upload, download) =
                (read.histogram("leaving_upload_bytes", &labels), read.histogram("leaving_download_bytes", &labels));
            let of = |count: u64| f64::from(u32::try_from(count).unwrap());
            assert_eq!(
                [
                    read.value("leaving_events_total", &[("tenant", "a"), ("kind", "Push")]),
                    read.value("leaving_queue", &labels),
                    Some(of(upload.count)),
                    Some(upload.sum / 50.0),
                    Some(of(download.count)),
                    Some(download.sum / 50.0),
                ],
                [Some(expected); 6]
            );
            if expected > 1.5 {
                for family in
                    ["leaving_events_total", "leaving_queue", "leaving_upload_bytes", "leaving_download_bytes"]
                {
                    assert!(metrics.retire(family, &[("tenant", "a")]).unwrap(), "{family}");
                }
                assert!(!metrics.render().contains("tenant=\"a\""), "{}", metrics.render());
            }
        }
    });
}

#[test]
fn a_value_that_returns_has_its_own_start_timestamp() {
    let created = |metrics: &Handle| -> f64 {
        let text = metrics.render_openmetrics();
        let line = text.lines().find(|line| line.starts_with("leaving_events_created{"));
        let at = line.and_then(|line| line.rsplit_once(' ')).and_then(|(_, at)| at.parse().ok());
        at.unwrap_or_else(|| panic!("{text}"))
    };
    alone(|| {
        let metrics = metrics_instrumented::exporter().created_timestamps().install_recorder().unwrap();
        event("a");
        let first = created(&metrics);
        wait(IDLE);
        assert_eq!(shown(&metrics, "leaving_events_total", "a"), None);
        thread::sleep(Duration::from_millis(20));
        event("a");
        let second = created(&metrics);
        assert!(second >= first + 0.02, "{first} and {second}");
    });
}

#[test]
fn a_gauge_that_was_added_to_stays_until_it_is_zero_again() {
    alone(|| {
        let metrics = install();
        queue("a").add(2);
        queue("a").sub(1);
        wait(10 * IDLE);
        assert_eq!(shown(&metrics, "leaving_queue", "a"), Some(1.0));
        queue("a").sub(1);
        wait(IDLE - 1);
        assert_eq!(shown(&metrics, "leaving_queue", "a"), Some(0.0));
        wait(1);
        assert_eq!(shown(&metrics, "leaving_queue", "a"), None);
        // A value that was set is only as new as its last update.
        queue("a").add(2);
        queue("a").set(3);
        wait(IDLE);
        assert_eq!(shown(&metrics, "leaving_queue", "a"), None);
        // `retire` removes it in any case.
        queue("a").add(2);
        assert!(metrics.retire("leaving_queue", &[("tenant", "a")]).unwrap());
        assert_eq!(shown(&metrics, "leaving_queue", "a"), None);
    });
}

#[test]
fn a_guard_of_a_gauge_keeps_the_value() {
    alone(|| {
        let metrics = install();
        let held = queue("a").hold(2);
        queue("a").set(2);
        wait(10 * IDLE);
        for other in ["b", "c", "d", "e"] {
            queue(other).set(1);
        }
        assert_eq!(shown(&metrics, "leaving_queue", "a"), Some(2.0));
        assert!(!metrics.retire("leaving_queue", &[("tenant", "a")]).unwrap());
        thread::spawn(|| drop(held)).join().unwrap();
        assert_eq!(shown(&metrics, "leaving_queue", "a"), Some(0.0));
        wait(IDLE);
        assert_eq!(shown(&metrics, "leaving_queue", "a"), None);
    });
}

#[test]
fn places_are_free_for_other_values() {
    alone(|| {
        let metrics = install();
        for tenant in ["a", "b", "c", "d"] {
            event(tenant);
        }
        assert_eq!(shown(&metrics, "leaving_events_total", "other"), Some(1.0));
        wait(IDLE);
        for tenant in 0..1_000 {
            event(&format!("tenant {tenant}"));
            wait(IDLE);
        }
        event("d");
        assert_eq!(shown(&metrics, "leaving_events_total", "d"), Some(1.0));
        assert_eq!(shown(&metrics, "leaving_events_total", "other"), Some(1.0));
    });
}

#[test]
fn two_declarations_of_a_gauge_are_one_gauge() {
    alone(|| {
        let metrics = install();
        queue("a").set(5);
        SameQueue { tenant: Open::new("a") }.set(7);
        assert_eq!(shown(&metrics, "leaving_queue", "a"), Some(7.0));
        wait(IDLE - 1);
        SameQueue { tenant: Open::new("a") }.add(1);
        SameQueue { tenant: Open::new("a") }.set(8);
        wait(IDLE - 1);
        assert_eq!(shown(&metrics, "leaving_queue", "a"), Some(8.0));
        wait(1);
        assert_eq!(shown(&metrics, "leaving_queue", "a"), None);
        // The second one alone.
        SameQueue { tenant: Open::new("b") }.set(9);
        assert_eq!(shown(&metrics, "leaving_queue", "b"), Some(9.0));
    });
}

#[test]
fn gauges_that_a_collector_sets_leave_after_the_last_time() {
    alone(|| {
        let metrics = install();
        let tenants = Arc::new(Mutex::new(vec!["a", "b"]));
        let known = Arc::clone(&tenants);
        metrics
            .collector("queues", Duration::from_secs(5), move || {
                for tenant in &*known.lock().unwrap() {
                    queue(tenant).set(5);
                }
            })
            .unwrap();
        assert_eq!(shown(&metrics, "leaving_queue", "a"), Some(5.0));
        tenants.lock().unwrap().retain(|tenant| *tenant == "b");
        wait(IDLE - 1);
        assert_eq!(shown(&metrics, "leaving_queue", "a"), Some(5.0));
        wait(1);
        assert_eq!(shown(&metrics, "leaving_queue", "a"), None);
        assert_eq!(shown(&metrics, "leaving_queue", "b"), Some(5.0));
    });
}

#[test]
fn values_that_were_updated_before_the_installation_leave() {
    alone(|| {
        event("a");
        drop(queue("a").hold(1));
        let metrics = install();
        wait(IDLE);
        for tenant in ["b", "c", "d"] {
            event(tenant);
            queue(tenant).set(1);
        }
        assert_eq!(shown(&metrics, "leaving_events_total", "d"), Some(1.0));
        assert_eq!(shown(&metrics, "leaving_queue", "d"), Some(1.0));
    });
}

#[test]
fn a_panic_while_a_value_is_converted_keeps_no_value() {
    struct Panics;
    impl From<Panics> for metrics_instrumented::Value {
        fn from(_: Panics) -> Self {
            panic!("no value")
        }
    }
    alone(|| {
        let metrics = install();
        queue("a").set(1);
        panic_of(|| queue("a").set(Panics));
        wait(IDLE);
        assert_eq!(shown(&metrics, "leaving_queue", "a"), None);
    });
}

#[test]
fn values_leave_a_capture() {
    let capture = Capture::new();
    let has = |family| capture.has(family, &[("tenant", "a")]);
    let mut held: Option<GaugeGuard> = None;
    capture.run(|| {
        event("a");
        queue("a").set(5);
        Size { tenant: Open::new("a") }.record(50);
        held = Some(SameQueue { tenant: Open::new("held") }.hold(1));
        queue("added").add(1);
    });
    capture.advance(Duration::from_secs(IDLE - 1));
    assert!(has("leaving_events_total") && has("leaving_queue") && has("leaving_upload_bytes"), "{capture:?}");
    capture.advance(Duration::from_secs(1));
    // An update right after the value was removed starts again.
    capture.run(|| event("a"));
    assert_eq!(capture.counter("leaving_events_total", &[("tenant", "a")]), 1);
    assert!(!has("leaving_queue") && !has("leaving_upload_bytes"), "{capture:?}");
    for tenant in ["held", "added"] {
        assert!((capture.gauge("leaving_queue", &[("tenant", tenant)]) - 1.0).abs() < f64::EPSILON, "{tenant}");
    }
    drop(held);
    capture.run(|| queue("added").sub(1));
    capture.advance(Duration::from_secs(IDLE));
    for tenant in ["held", "added"] {
        assert!(!capture.has("leaving_queue", &[("tenant", tenant)]), "{tenant}: {capture:?}");
    }
}
