//! What has to hold on every platform. Each check prints a line, and a panic fails it; `--catalog` prints the catalogue.

#![forbid(unsafe_code)]
#![deny(warnings)]

use std::future::pending;

use metrics_instrumented::testing::{Capture, poll_once};
use metrics_instrumented::{Counter, Gauge, Histogram, LabelValue, Open, Operation, instrumented};

metrics_instrumented::build_info!("portable_build_info", version);

/// A colour.
#[derive(LabelValue, Clone, Copy)]
enum Colour {
    Red,
    Green,
}

/// Paintings.
#[derive(Operation)]
#[operation(name = "portable_paintings", buckets = [0.5, 1.0], objective(success = 99.9))]
struct Painting<'a> {
    colour: Colour,
    shop: Open<'a>,
}

#[instrumented(Painting { colour, shop: Open::new("here") })]
fn paint(colour: Colour) -> Result<(), String> {
    match colour {
        Colour::Red => Ok(()),
        Colour::Green => Err("out of green".to_owned()),
    }
}

/// Orders.
#[instrumented(name = "portable_orders", labels(big = n > 10))]
fn order(n: u64) -> u64 {
    n
}

#[instrumented(name = "portable_waits")]
async fn wait() {
    pending::<()>().await;
}

#[cfg(panic = "unwind")]
#[instrumented(name = "portable_panics")]
fn panic() {
    panic!("on purpose");
}

#[instrumented]
fn unnamed() {}

/// Drops.
#[derive(Counter)]
#[counter(name = "portable_drops_total")]
struct Drops;

/// Brushes.
#[derive(Gauge)]
#[gauge(name = "portable_brushes")]
struct Brushes;

/// Sizes.
#[derive(Histogram)]
#[histogram(name = "portable_size_bytes", buckets = [1.0, 2.0])]
struct Size;

fn main() {
    if std::env::args().any(|argument| argument == "--catalog") {
        print!("{}", metrics_instrumented::catalog());
        return;
    }
    #[allow(unused_mut, reason = "WebAssembly without the exporter adds none")]
    let mut checks: Vec<(&str, fn())> = vec![
        ("calls, errors and labels are counted", calls),
        ("a cancelled future is counted, and its gauge comes back", cancelled),
        ("counters, gauges and histograms record 64-bit values", metrics),
        ("every declaration is in the catalogue", catalogue),
    ];
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    checks.push(("the program's clock times calls", clock));
    #[cfg(panic = "unwind")]
    checks.push(("a panic is counted", panicked));
    #[cfg(feature = "exporter")]
    checks.push(("the exporter serves what was counted", served));
    let all = checks.len();
    for (name, check) in checks {
        check();
        println!("ok: {name}");
    }
    println!("{all} passed");
}

fn calls() {
    let capture = Capture::new();
    capture.run(|| {
        _ = (paint(Colour::Red), paint(Colour::Red), paint(Colour::Green));
        _ = (order(3), order(11), order(12));
        unnamed();
    });
    let labels = |colour, outcome| [("colour", colour), ("shop", "here"), ("outcome", outcome)];
    assert_eq!(capture.counter("portable_paintings_total", &labels("Red", "ok")), 2);
    assert_eq!(capture.counter("portable_paintings_total", &labels("Green", "error")), 1);
    assert_eq!(capture.counter("portable_orders_total", &[("big", "true"), ("outcome", "ok")]), 2);
    let function = [("module", "portable"), ("function", "unnamed"), ("outcome", "ok")];
    assert_eq!(capture.counter("function_calls_total", &function), 1);
    // `std` has no clock there: calls are counted, and not timed.
    if cfg!(not(all(target_family = "wasm", target_os = "unknown"))) {
        let durations = capture.histogram("portable_orders_duration_seconds", &[("big", "true")]);
        assert_eq!(durations.count(), 2);
        assert!(durations.values().iter().all(|seconds| (0.0..60.0).contains(seconds)), "{:?}", durations.values());
    }
}

#[cfg(all(target_family = "wasm", target_os = "unknown"))]
fn clock() {
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
    use std::time::Duration;

    static SECONDS: AtomicU64 = AtomicU64::new(7);

    let durations = || {
        let capture = Capture::new();
        capture.run(|| order(3));
        capture.histogram("portable_orders_duration_seconds", &[("big", "false")]).values().to_vec()
    };
    assert_eq!(durations(), [0.0; 0]);
    assert!(metrics_instrumented::set_clock(|| Duration::from_secs(SECONDS.fetch_add(2, Relaxed))));
    assert_eq!(durations(), [2.0]);
    assert!(!metrics_instrumented::set_clock(|| Duration::ZERO));
}

fn cancelled() {
    let capture = Capture::new();
    assert!(capture.run(|| poll_once(wait())).is_pending());
    assert_eq!(capture.counter("portable_waits_total", &[("outcome", "cancelled")]), 1);
    assert!(capture.gauge("portable_waits_in_flight", &[]).abs() < 1e-9);
}

#[cfg(panic = "unwind")]
fn panicked() {
    let capture = Capture::new();
    assert_eq!(capture.run(|| metrics_instrumented::testing::panics(panic)), "on purpose");
    assert_eq!(capture.counter("portable_panics_total", &[("outcome", "panic")]), 1);
}

fn metrics() {
    let capture = Capture::new();
    capture.run(|| {
        Drops.increment(1 << 40);
        Drops.increment(3);
        Brushes.set(-1.5);
        Size.record(1.5);
    });
    assert_eq!(capture.counter("portable_drops_total", &[]), (1 << 40) + 3);
    assert!((capture.gauge("portable_brushes", &[]) + 1.5).abs() < 1e-9);
    assert_eq!(capture.histogram("portable_size_bytes", &[]).values(), [1.5]);
}

fn catalogue() {
    let catalogue = metrics_instrumented::catalog();
    let mut names = vec![
        "portable_build_info",
        "portable_paintings_total",
        "portable_orders_in_flight",
        "portable_waits_duration_seconds",
        "function_calls_total",
        "portable_drops_total",
        "portable_brushes",
        "portable_size_bytes",
    ];
    if cfg!(panic = "unwind") {
        names.push("portable_panics_total");
    }
    for name in names {
        assert!(catalogue.contains(&format!("\"{name}\"")), "no {name} in {catalogue}");
    }
    assert_eq!(catalogue.matches("\"site\"").count(), 1, "{catalogue}");
    metrics_instrumented::check_catalog().unwrap();
}

#[cfg(feature = "exporter")]
fn served() {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    let metrics = metrics_instrumented::exporter().listen("127.0.0.1:0").install().unwrap();
    let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(|| (0..1_000).for_each(|n| _ = order(n)))).collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let mut stream = TcpStream::connect(metrics.local_addr().unwrap()).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    for line in [
        "portable_orders_total{big=\"true\",outcome=\"ok\"} 3956",
        "portable_orders_duration_seconds_count{big=\"true\"} 3956",
        "portable_orders_in_flight{big=\"true\"} 0",
        "# HELP portable_orders_total Orders.",
        "portable_build_info{version=\"1.2.3\"} 1",
    ] {
        assert!(page.lines().any(|other| other == line), "no `{line}` in\n{page}");
    }
    let diagnosis = metrics_instrumented::doctor();
    assert!(!diagnosis.to_string().contains("contains something else"), "{diagnosis}");
}
