//! Counters, gauges, histograms and info gauges, with every key and every method.

#[path = "../support.rs"]
mod support;

use std::time::Duration;

use metrics_instrumented::{Counter, Gauge, GaugeGuard, Histogram, LabelValue, Open, build_info};
use support::recorded;

#[derive(Clone, Copy, LabelValue)]
enum Reason {
    Created,
    Deleted,
}

/// Events posted.
#[derive(Clone, Copy, Counter)]
#[counter(name = "events_total")]
struct Events {
    reason: Reason,
}

#[derive(Counter)]
#[counter(namespace = "shop", subsystem = "web", name = "visits_total", help = "Visits.", max_series = 100, crate = ::metrics_instrumented)]
struct Visits<'a> {
    #[label(max = 1, rename = "vhost")]
    host: Open<'a>,
    secure: bool,
    r#in: Option<Reason>,
}

#[derive(Counter)]
#[counter(name = "plain_total")]
struct Plain;

/// Connections.
#[derive(Gauge)]
#[gauge(name = "connections", namespace = "shop")]
pub(crate) struct Connections<'host, 'r> {
    reason: &'r Reason,
    host: Open<'host>,
}

#[derive(Gauge)]
#[gauge(name = "ready_info")]
struct Ready {}

#[derive(Histogram)]
#[histogram(name = "default_seconds")]
struct Default {}

/// Sizes.
#[derive(Histogram)]
#[histogram(name = "upload_bytes", subsystem = "s3", buckets = exponential(1024, 4, 3), help = "Bytes.")]
#[histogram(max_series = 4)]
struct Uploads {
    reason: Reason,
}

const BOUNDS: &[f64] = &[1.0, 2.0];

#[derive(Histogram)]
#[histogram(name = "rows_rows", buckets = BOUNDS)]
struct Rows;

/// One struct may be several metrics.
#[derive(Clone, Copy, Counter, Gauge, Histogram)]
#[counter(name = "everything_total")]
#[gauge(name = "everything")]
#[histogram(name = "everything_ratio", buckets = linear(0.25, 0.25, 4))]
struct Everything {
    flag: bool,
}

struct Connection {
    _counted: GaugeGuard,
}

build_info!();

mod own {
    metrics_instrumented::build_info!("own_build_info", version = "1.2.3", git_sha = concat!("a", "b"),);
}

fn in_a_function() {
    build_info!("inner_info");
}

fn main() {
    in_a_function();
    let exposition = recorded(|| {
        Events { reason: Reason::Created }.increment(2);
        Events { reason: Reason::Created }.absolute(5);
        for host in ["a", "b"] {
            Visits { host: Open::new(host), secure: true, r#in: Some(Reason::Deleted) }.increment(1);
        }
        Plain.increment(1);
        let connections = Connections { reason: &Reason::Created, host: Open::new("a") };
        connections.set(3.0);
        connections.add(2.0);
        connections.sub(1.0);
        let connection = Connection { _counted: connections.hold(10.0) };
        drop(connection);
        std::mem::forget(connections.hold(0.5));
        Ready {}.set(1.0);
        Default {}.record(Duration::from_millis(20));
        Uploads { reason: Reason::Deleted }.record(2_000.0);
        Rows.record(1.5);
        let everything = Everything { flag: true };
        Counter::increment(&everything, 1);
        Gauge::set(&everything, 2.0);
        Histogram::record(&everything, 0.5);
    });
    let value = |name: &str, labels: &[(&str, &str)]| exposition.expect_value(name, labels);
    assert_eq!(value("events_total", &[("reason", "Created")]), 5.0);
    assert_eq!(value("events_total", &[("reason", "Deleted")]), 0.0);
    assert_eq!(value("shop_web_visits_total", &[("vhost", "a"), ("secure", "true"), ("in", "Deleted")]), 1.0);
    assert_eq!(value("shop_web_visits_total", &[("vhost", "other"), ("secure", "true"), ("in", "Deleted")]), 1.0);
    assert_eq!(value("plain_total", &[]), 1.0);
    assert_eq!(value("shop_connections", &[("reason", "Created"), ("host", "a")]), 4.5);
    assert_eq!(value("ready_info", &[]), 1.0);
    assert_eq!(value("default_seconds_sum", &[]), 0.02);
    assert_eq!(exposition.histogram("default_seconds", &[]).buckets.len(), 12);
    let uploads = exposition.histogram("s3_upload_bytes", &[("reason", "Deleted")]);
    assert_eq!(uploads.buckets, [(1024.0, 0), (4096.0, 1), (16384.0, 1), (f64::INFINITY, 1)]);
    assert_eq!(exposition.histogram("rows_rows", &[]).buckets[0], (1.0, 0));
    assert_eq!(value("everything_total", &[("flag", "true")]) + value("everything", &[("flag", "true")]), 3.0);
    assert_eq!(exposition.histogram("everything_ratio", &[("flag", "true")]).count, 1);
    let help = |name: &str| exposition.family(name).help.clone().unwrap();
    assert_eq!((help("events_total"), help("shop_web_visits_total")), ("Events posted.".to_owned(), "Visits.".to_owned()));
    assert_eq!((help("shop_connections"), help("s3_upload_bytes")), ("Connections.".to_owned(), "Bytes.".to_owned()));
    exposition.assert_labels("build_info", &["package", "version", "rust_version", "git_sha"]);
    assert_eq!(value("own_build_info", &[("version", "1.2.3"), ("git_sha", "ab")]), 1.0);
    assert_eq!(value("inner_info", &[]), 1.0);
}
