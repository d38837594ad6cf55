//! For five seconds (`scripts/test --long`: a minute), threads are born and die, record and are scraped at once; every total is exact at the end.
//!
//! `STRESS_SECONDS` shortens or lengthens it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use metrics_instrumented::{Handle, LabelValue, instrumented};
use metrics_instrumented_test_support::exposition::Exposition;

#[derive(LabelValue, Clone, Copy)]
enum Lane {
    Left,
    Right,
}

#[instrumented(name = "work", labels(lane), started, buckets = [0.000_001, 0.001])]
fn work(lane: Lane, n: u64) -> Result<u64, u64> {
    assert!(!n.is_multiple_of(101), "unlucky");
    if n.is_multiple_of(7) { Err(n) } else { Ok(n) }
}

#[instrumented(name = "task")]
async fn task(steps: u64) -> u64 {
    for _ in 0..steps {
        tokio::task::yield_now().await;
    }
    steps
}

#[instrumented(name = "hosts", labels(host = open(host, max = 10)))]
fn visit(host: &str) -> usize {
    host.len()
}

/// What was really done.
#[derive(Default)]
struct Done {
    ok: AtomicU64,
    error: AtomicU64,
    panic: AtomicU64,
    finished: AtomicU64,
    cancelled: AtomicU64,
    visits: AtomicU64,
}

/// Threads that live for a moment each, one of them after the other.
fn short_lived_threads(over: &AtomicBool, done: &Done, lane: Lane) {
    let mut n = 0;
    while !over.load(Relaxed) {
        thread::scope(|scope| {
            for _ in 0..3 {
                n += 1;
                let first = n * 1_000;
                scope.spawn(move || {
                    for n in first..first + 500 {
                        let count = match catch_unwind(AssertUnwindSafe(|| work(lane, n))) {
                            Ok(Ok(_)) => &done.ok,
                            Ok(Err(_)) => &done.error,
                            Err(_) => &done.panic,
                        };
                        count.fetch_add(1, Relaxed);
                        visit(&format!("host-{}", n % 25));
                        done.visits.fetch_add(1, Relaxed);
                    }
                });
            }
        });
    }
}

/// Tasks that move between threads, a part of them aborted on the way.
fn moving_tasks(over: &AtomicBool, done: &Done) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().expect("a runtime");
    while !over.load(Relaxed) {
        runtime.block_on(async {
            let tasks: Vec<_> = (0..200).map(|n| (n, tokio::spawn(task(n % 20)))).collect();
            for (n, task) in tasks {
                // Begun before it is aborted: one that was never polled counts nothing.
                if n % 5 == 0 {
                    let mut cancelled = Box::pin(self::task(u64::MAX));
                    let polled = futures::poll!(&mut cancelled);
                    assert!(polled.is_pending());
                    drop(cancelled);
                    done.cancelled.fetch_add(1, Relaxed);
                }
                task.await.expect("it neither panics nor is aborted");
                done.finished.fetch_add(1, Relaxed);
            }
        });
    }
}

/// Scrapes, and what one scrape must say compared with the one before.
fn scrapes(over: &AtomicBool, handle: &Handle) -> u64 {
    let (mut count, mut last) = (0, 0.0);
    while !over.load(Relaxed) {
        // The strict parser refuses negative counters, buckets above the count and series that are there twice.
        let exposition = Exposition::parse(&handle.render()).expect("a valid exposition");
        let total: f64 = exposition.family("work_total").samples.iter().map(|sample| sample.value).sum();
        assert!(total >= last, "{total} after {last}");
        last = total;
        // Hosts are an open label: their families are there from the first visit on.
        for family in
            ["work_in_flight", "task_in_flight", "hosts_in_flight"].into_iter().filter_map(|name| exposition.find(name))
        {
            for sample in &family.samples {
                assert!((0.0..10_000.0).contains(&sample.value), "{}: {}", family.name, sample.value);
            }
        }
        count += 1;
    }
    count
}

#[test]
fn totals_are_exact_while_threads_start_end_record_and_scrape() {
    let seconds = std::env::var("STRESS_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(5);
    std::panic::set_hook(Box::new(|_| {}));
    let handle = metrics_instrumented::exporter().install_recorder().expect("the only installation");
    let (over, done) = (Arc::new(AtomicBool::new(false)), Arc::new(Done::default()));
    let begun = Instant::now();
    let scraped = thread::scope(|scope| {
        scope.spawn(|| short_lived_threads(&over, &done, Lane::Left));
        scope.spawn(|| short_lived_threads(&over, &done, Lane::Right));
        scope.spawn(|| moving_tasks(&over, &done));
        let scraper = scope.spawn(|| scrapes(&over, &handle));
        while begun.elapsed() < Duration::from_secs(seconds) && !scraper.is_finished() {
            thread::sleep(Duration::from_millis(20));
        }
        over.store(true, Relaxed);
        scraper.join()
    });
    let _ = std::panic::take_hook();
    let scraped = scraped.unwrap_or_else(|payload| match payload.downcast::<String>() {
        Ok(message) => panic!("a scrape was wrong: {message}"),
        Err(payload) => std::panic::resume_unwind(payload),
    });

    let text = handle.render();
    let exposition = Exposition::parse(&text).expect("a valid exposition");
    let total = |family: &str, label: &str, value: &str| -> u64 {
        let samples = exposition.family(family).samples.iter();
        let of_value = samples.filter(|sample| sample.labels.get(label).is_some_and(|is| is == value));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a counter is an integer")]
        of_value.map(|sample| sample.value as u64).sum()
    };
    let [ok, error, panic, finished, cancelled, visits] =
        [&done.ok, &done.error, &done.panic, &done.finished, &done.cancelled, &done.visits]
            .map(|count| count.load(Relaxed));
    println!(
        "{ok} ok, {error} errors, {panic} panics, {finished} tasks, {cancelled} cancelled, {visits} visits, {scraped} scrapes"
    );
    assert!(scraped > 0 && panic > 0 && cancelled > 0, "{scraped} {panic} {cancelled}");
    assert_eq!(total("work_total", "outcome", "ok"), ok);
    assert_eq!(total("work_total", "outcome", "error"), error);
    assert_eq!(total("work_total", "outcome", "panic"), panic);
    assert_eq!(total("work_total", "outcome", "started"), ok + error + panic);
    assert_eq!(total("task_total", "outcome", "ok"), finished);
    assert_eq!(total("task_total", "outcome", "cancelled"), cancelled);
    let timed: u64 = ["Left", "Right"]
        .iter()
        .map(|lane| exposition.histogram("work_duration_seconds", &[("lane", lane)]).count)
        .sum();
    assert_eq!(timed, ok + error + panic);
    assert_eq!(total("hosts_total", "outcome", "ok"), visits);
    assert_eq!(exposition.label_values("hosts_total", "host").len(), 11, "ten hosts and `other`");
    for family in ["work_in_flight", "task_in_flight", "hosts_in_flight"] {
        assert!(exposition.family(family).samples.iter().all(|sample| sample.value == 0.0), "{family} in\n{text}");
    }
}
