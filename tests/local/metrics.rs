//! Counters, gauges and histograms that are no calls.

use std::thread;
use std::time::Duration;

use metrics_instrumented::{Counter, Gauge, GaugeGuard, Histogram, LabelValue, exporter};
use metrics_instrumented_tests::{Kind, Local, panic_of};

#[derive(LabelValue)]
enum Reason {
    Created,
    Deleted,
}

/// Events posted.
#[derive(Counter)]
#[counter(namespace = "metrics_rs", subsystem = "bus", name = "events_total")]
struct Events {
    reason: Reason,
    #[label(rename = "type")]
    urgent: bool,
}

/// Bytes ever read.
#[derive(Counter)]
#[counter(name = "metrics_rs_read_bytes_total", help = "Bytes read since the start.")]
struct BytesRead;

#[test]
fn a_counter_adds_under_its_labels() {
    let local = Local::new();
    local.run(|| {
        Events { reason: Reason::Created, urgent: true }.increment(1);
        Events { reason: Reason::Created, urgent: true }.increment(41);
        Events { reason: Reason::Deleted, urgent: false }.increment(u64::from(u32::MAX));
    });
    let exposition = local.read();
    let name = "metrics_rs_bus_events_total";
    assert_eq!(exposition.family(name).kind, Kind::Counter);
    assert_eq!(exposition.value(name, &[("reason", "Created"), ("type", "true")]), Some(42.0));
    assert_eq!(exposition.value(name, &[("reason", "Deleted"), ("type", "false")]), Some(4_294_967_295.0));
    assert_eq!(exposition.value(name, &[("reason", "Deleted"), ("type", "true")]), Some(0.0));
}

#[test]
fn a_counter_set_to_a_total_increases_and_never_decreases() {
    let local = Local::new();
    local.run(|| {
        BytesRead.absolute(10);
        BytesRead.absolute(7);
        BytesRead.increment(1);
    });
    let exposition = local.read();
    assert_eq!(exposition.value("metrics_rs_read_bytes_total", &[]), Some(11.0));
    assert_eq!(exposition.family("metrics_rs_read_bytes_total").help.as_deref(), Some("Bytes read since the start."));
}

#[test]
fn a_counter_counts_on_every_thread() {
    let local = Local::new();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                local.run(|| (0..1000).for_each(|_| Events { reason: Reason::Deleted, urgent: true }.increment(1)));
            });
        }
    });
    let labels = [("reason", "Deleted"), ("type", "true")];
    assert_eq!(local.read().value("metrics_rs_bus_events_total", &labels), Some(4000.0));
}

/// Queue depth.
#[derive(Gauge)]
#[gauge(name = "metrics_rs_depth")]
struct Depth {
    reason: Option<Reason>,
}

fn depth(local: &Local, reason: &str) -> Option<f64> {
    local.read().value("metrics_rs_depth", &[("reason", reason)])
}

#[test]
fn a_gauge_is_set_incremented_and_decremented() {
    let local = Local::new();
    local.run(|| {
        let depth = Depth { reason: Some(Reason::Created) };
        depth.set(2.5);
        depth.add(1.0);
        depth.sub(5.0);
        Depth { reason: None }.set(f64::INFINITY);
    });
    assert_eq!(local.read().family("metrics_rs_depth").kind, Kind::Gauge);
    assert_eq!(depth(&local, "Created"), Some(-1.5));
    assert_eq!(depth(&local, "none"), Some(f64::INFINITY));
    assert_eq!(depth(&local, "Deleted"), Some(0.0));
}

#[test]
fn a_gauge_takes_any_number_a_duration_in_seconds_and_a_bool() {
    let local = Local::new();
    let depth_is = |expected: f64| assert_eq!(depth(&local, "Created"), Some(expected));
    local.run(|| {
        let depth = Depth { reason: Some(Reason::Created) };
        depth.set(7_usize);
        depth_is(7.0);
        depth.set(-3_i8);
        depth_is(-3.0);
        depth.set(0.25_f32);
        depth_is(0.25);
        depth.set(true);
        depth_is(1.0);
        depth.add(Duration::from_millis(1500));
        depth_is(2.5);
    });
}

#[test]
fn a_held_gauge_is_decremented_on_every_exit_path() {
    struct Connection {
        _counted: GaugeGuard,
    }

    let local = Local::new();
    let open = || Connection { _counted: Depth { reason: Some(Reason::Deleted) }.hold(2.0) };
    let now = || depth(&local, "Deleted");
    let (first, second) = local.run(|| (open(), open()));
    assert_eq!(now(), Some(4.0));
    drop(first);
    assert_eq!(now(), Some(2.0));
    // On another thread, where there is no recorder.
    thread::spawn(move || drop(second)).join().unwrap();
    assert_eq!(now(), Some(0.0));
    local.run(|| {
        panic_of(|| {
            let _connection = open();
            assert_eq!(now(), Some(2.0));
            panic!("broken");
        })
    });
    assert_eq!(now(), Some(0.0));
}

#[test]
fn an_in_flight_guard_decrements_the_recorder_that_it_incremented() {
    let (first, second) = (Local::new(), Local::new());
    let held = first.run(|| Depth { reason: None }.hold(1.0));
    second.run(|| drop(held));
    assert_eq!((depth(&first, "none"), depth(&second, "none")), (Some(0.0), Some(0.0)));
}

/// Sizes of objects.
#[derive(Histogram)]
#[histogram(name = "metrics_rs_object_bytes", buckets = [10.0, 100.0])]
struct ObjectSize {
    reason: Reason,
}

/// Lag.
#[derive(Histogram)]
#[histogram(name = "metrics_rs_lag_seconds")]
struct Lag {}

#[test]
fn a_histogram_records_numbers_and_durations() {
    let local = Local::new();
    local.run(|| {
        for size in [1.0, 10.0, 11.0, 1000.0] {
            ObjectSize { reason: Reason::Created }.record(size);
        }
        Lag {}.record(Duration::from_millis(250));
        Lag {}.record(0.75);
    });
    let exposition = local.read();
    let sizes = exposition.histogram("metrics_rs_object_bytes", &[("reason", "Created")]);
    assert_eq!(sizes.buckets, [(10.0, 2), (100.0, 3), (f64::INFINITY, 4)]);
    assert!((sizes.sum - 1022.0).abs() < f64::EPSILON);
    assert_eq!(exposition.histogram("metrics_rs_object_bytes", &[("reason", "Deleted")]).count, 0);
    let lag = exposition.histogram("metrics_rs_lag_seconds", &[]);
    assert!(lag.count == 2 && (lag.sum - 1.0).abs() < 1e-9, "{lag:?}");
}

#[test]
fn hand_written_and_declared_metrics_are_both_exposed() {
    let local = Local::new();
    local.run(|| {
        metrics::describe_counter!("metrics_rs_by_hand_total", "By \\ hand.");
        metrics::counter!("metrics_rs_by_hand_total", "path" => "C:\\new").increment(3);
        metrics::gauge!("metrics_rs_by_hand_level").set(1.5);
        // The same name, kind and labels as a declared one: the same series.
        metrics::gauge!("metrics_rs_depth", "reason" => "none").increment(2.0);
        Depth { reason: None }.add(1.0);
    });
    let exposition = local.read();
    assert_eq!(exposition.value("metrics_rs_by_hand_total", &[("path", "C:\\new")]), Some(3.0));
    assert_eq!(exposition.family("metrics_rs_by_hand_total").help.as_deref(), Some("By \\ hand."));
    assert_eq!(exposition.value("metrics_rs_by_hand_level", &[]), Some(1.5));
    assert_eq!(depth(&local, "none"), Some(3.0));
}

#[test]
fn a_hand_written_metric_with_a_declared_name_and_another_kind_does_not_break_the_exposition() {
    let local = Local::new();
    local.run(|| {
        metrics::counter!("metrics_rs_depth", "reason" => "none").increment(2);
        metrics::histogram!("metrics_rs_depth", "reason" => "none").record(2.0);
        Depth { reason: None }.set(7.0);
    });
    assert_eq!(local.read().family("metrics_rs_depth").kind, Kind::Gauge);
    assert_eq!(depth(&local, "none"), Some(7.0));
}

/// Boxes on the shelf.
#[derive(Gauge)]
#[gauge(name = "metrics_boxes")]
struct Shelf;

/// Boxes that were delivered.
#[derive(Counter)]
#[counter(name = "metrics_boxes_total")]
struct Delivered;

#[test]
fn a_counter_and_a_gauge_of_one_name_are_both_shown_in_every_format() {
    let recorder = exporter().created_timestamps().build().unwrap();
    metrics::with_local_recorder(&recorder, || {
        Shelf.set(3.0);
        Delivered.increment(4);
    });
    let handle = recorder.handle();
    let text = handle.render();
    let openmetrics = handle.render_openmetrics();
    // A strict parser takes the two families; that of the program's other ones is not at stake here.
    let boxes = |line: &&str| line.contains("metrics_boxes") || line.starts_with("# EOF");
    let lines: String = openmetrics.split_inclusive('\n').filter(boxes).collect();
    openmetrics_parser::openmetrics::parse_openmetrics(&lines).unwrap_or_else(|error| panic!("{error:?}\n{lines}"));
    for page in [&text, &openmetrics] {
        assert!(page.contains("\nmetrics_boxes 3\n") && page.contains("\nmetrics_boxes_total 4\n"), "{page}");
    }
    assert!(text.contains("# TYPE metrics_boxes_total counter\n"), "{text}");
    assert!(openmetrics.contains("# TYPE metrics_boxes_total unknown\n"), "{openmetrics}");
}
