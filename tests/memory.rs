//! Memory: the peak of a scrape of 10,000 functions, over HTTP, plain and compressed; and what series, threads and hand-written metrics keep. A binary of its
//! own, for its allocator.

#![forbid(unsafe_code)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Barrier, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;

use metrics_instrumented::{Handle, exporter, instrumented};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Functions, each by a label's value: the same text as 10,000 names.
#[instrumented(name = "memory_functions", labels(function = open(name, max = 10_000)), max_series = 50_000)]
fn function(name: &str) {
    let _ = name;
}

/// The exporter, for one test at a time: the allocator counts for the whole process.
fn alone() -> MutexGuard<'static, Handle> {
    static EXPORTER: LazyLock<Mutex<Handle>> = LazyLock::new(|| {
        let handle = exporter().listen("127.0.0.1:0").install().unwrap();
        Mutex::new(handle)
    });
    EXPORTER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks for the metrics and throws them away; how many bytes came.
fn scrape(address: SocketAddr, encoding: &str) -> usize {
    let mut stream = TcpStream::connect(address).expect("it listens");
    let request =
        format!("GET /metrics HTTP/1.1\r\nhost: x\r\naccept-encoding: {encoding}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut buffer = [0; 16 * 1024];
    let mut length = 0;
    loop {
        match stream.read(&mut buffer).expect("it answers") {
            0 => return length,
            read => length += read,
        }
    }
}

/// The most that a scrape takes in addition to what there is, and its bytes.
fn peak(address: SocketAddr, encoding: &str) -> (usize, usize) {
    ALLOCATOR.reset_peak_usage();
    let before = ALLOCATOR.current_usage();
    let length = scrape(address, encoding);
    (ALLOCATOR.peak_usage() - before, length)
}

#[test]
#[allow(clippy::cast_precision_loss, reason = "megabytes")]
fn a_scrape_of_10_000_functions_needs_little_more_memory_than_its_body_and_less_if_compressed() {
    let handle = alone();
    let address = handle.local_addr().unwrap();
    for name in 0..10_000 {
        function(&format!("module::function_{name:05}"));
    }
    let body = scrape(address, "identity");
    assert!(body > 10_000_000, "{body}");
    for (encoding, most) in [("identity", 1.2), ("gzip", 0.25)] {
        let (peak, length) = peak(address, encoding);
        let share = peak as f64 / body as f64;
        println!("{encoding}: {peak} bytes at the peak, {share:.2} of the body's {body}; sent: {length}");
        assert!(share <= most, "{encoding}: {peak} bytes at the peak, {share:.2} of the body's {body}");
    }
}

#[test]
fn many_threads_that_call_many_operations_need_little_more_memory_than_one() {
    const THREADS: usize = 512;
    const OPERATIONS: usize = 1_000;

    #[instrumented(name = "memory_threads", labels(key = open(key, max = 1_000)), max_series = 5_000)]
    fn operation(key: &str) -> Result<(), ()> {
        if key.is_empty() { Err(()) } else { Ok(()) }
    }

    let handle = alone();
    let keys: Vec<String> = (0..OPERATIONS).map(|key| format!("key-{key:06}")).collect();
    let (called, read) = (Barrier::new(THREADS + 1), Barrier::new(THREADS + 1));
    let before = ALLOCATOR.current_usage();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for key in &keys {
                    operation(key).unwrap();
                }
                called.wait();
                read.wait();
            });
        }
        called.wait();
        let calls = handle.render();
        let kept = (ALLOCATOR.current_usage() - calls.capacity()).saturating_sub(before);
        read.wait();
        println!("{} KiB by {THREADS} threads", kept / 1024);
        assert!(kept <= 64 << 20, "{} KiB", kept / 1024);
        let expected = format!("memory_threads_total{{key=\"key-000999\",outcome=\"ok\"}} {THREADS}\n");
        assert!(calls.contains(&expected), "{calls}");
    });
}

#[test]
fn a_hand_written_metric_stores_no_samples_between_scrapes() {
    let _alone = alone();
    let recorder = exporter().build().unwrap();
    let record = |times: u32| {
        metrics::with_local_recorder(&recorder, || {
            for value in 0..times {
                metrics::histogram!("memory_sizes_bytes", "kind" => "image").record(value);
                metrics::counter!("memory_events_total", "kind" => "image").increment(1);
            }
        });
    };
    record(1);
    let before = ALLOCATOR.current_usage();
    record(100_000);
    let after = ALLOCATOR.current_usage();
    // A stored sample has at least eight bytes.
    assert!(after.saturating_sub(before) < 100_000, "{before} bytes, then {after}");
    let text = recorder.handle().render();
    assert!(text.contains("memory_sizes_bytes_count{kind=\"image\"} 100001\n"), "{text}");
}
/// A full operation: in flight, a histogram with the usual buckets, a counter by outcome.
#[instrumented(name = "memory_series", labels(key = open(key, max = 10_000)), max_series = 50_000)]
fn series(key: &str) -> Result<(), ()> {
    if key.is_empty() { Err(()) } else { Ok(()) }
}

#[test]
fn a_series_of_an_operation_needs_at_most_900_bytes_including_those_of_a_scrape() {
    const SERIES: usize = 10_000;
    let handle = alone();
    let keys: Vec<String> = (0..SERIES).map(|key| format!("key-{key:06}")).collect();
    // What all scrapes need, and the table of the labels' values, whose size is that of the cap.
    drop(handle.render());
    let before = ALLOCATOR.current_usage();
    for key in &keys {
        series(key).unwrap();
    }
    let called = ALLOCATOR.current_usage();
    drop(handle.render());
    let kept = ALLOCATOR.current_usage() - before;
    println!("{} bytes a series, {} of them before the scrape", kept / SERIES, (called - before) / SERIES);
    assert!(kept / SERIES <= 900, "{} bytes a series", kept / SERIES);
}
