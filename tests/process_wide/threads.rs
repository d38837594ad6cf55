//! Calls of many threads: none is lost, none is there twice.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use metrics_instrumented::{Counter, Gauge, Histogram, LabelValue, Open, Operation, instrumented};
use metrics_instrumented_tests::{Calls, lasted, panic_of};

use crate::{calls, exporter, here, scrape};

const THREADS: u32 = 8;
const CALLS: u32 = 2_000;

#[derive(LabelValue, Clone, Copy)]
enum Parity {
    Even,
    Odd,
}

fn parity(number: u32) -> Parity {
    if number.is_multiple_of(2) { Parity::Even } else { Parity::Odd }
}

#[derive(Debug, LabelValue)]
enum Refusal {
    Fifth,
    Seventh,
}

#[instrumented(name = "threads_calls", labels(parity), errors = "threads_calls_errors_total", started)]
fn call(parity: Parity, number: u32) -> Result<u32, Refusal> {
    if number.is_multiple_of(5) {
        Err(Refusal::Fifth)
    } else if number.is_multiple_of(7) {
        Err(Refusal::Seventh)
    } else {
        assert!(!number.is_multiple_of(101), "unlucky");
        Ok(number)
    }
}

/// Runs `f` on many threads, each with its number.
fn on_threads(f: impl Fn(u32) + Sync) {
    exporter();
    let together = Barrier::new(THREADS as usize);
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (f, together) = (&f, &together);
            scope.spawn(move || {
                together.wait();
                f(number);
            });
        }
    });
}

#[test]
fn counts_of_every_outcome_kind_and_label_are_exact() {
    on_threads(|thread| {
        for number in 1..=CALLS {
            let work = || call(parity(thread), number);
            if number.is_multiple_of(101) && !number.is_multiple_of(5) && !number.is_multiple_of(7) {
                assert_eq!(panic_of(work), "unlucky");
            } else {
                _ = work();
            }
        }
    });
    let count =
        |wanted: fn(u32) -> bool| u64::try_from((1..=CALLS).filter(|number| wanted(*number)).count()).unwrap() * 4;
    let fifths = count(|number| number % 5 == 0);
    let sevenths = count(|number| number % 5 != 0 && number % 7 == 0);
    let panics = count(|number| number % 5 != 0 && number % 7 != 0 && number % 101 == 0);
    let oks = count(|number| number % 5 != 0 && number % 7 != 0 && number % 101 != 0);
    let exposition = scrape();
    for parity in ["Even", "Odd"] {
        let expected = Calls { ok: oks, error: fifths + sevenths, panic: panics, ..Calls::NONE };
        assert_eq!(Calls::of(&exposition, "threads_calls", &here(&[("parity", parity)])), expected);
        for (kind, count) in [("Fifth", fifths), ("Seventh", sevenths)] {
            let labels = here(&[("parity", parity), ("kind", kind)]);
            let errors = exposition.expect_value("threads_calls_errors_total", &labels);
            assert_eq!(errors.to_string(), count.to_string());
        }
        let started = here(&[("parity", parity), ("outcome", "started")]);
        assert_eq!(exposition.value("threads_calls_total", &started), Some(f64::from(THREADS / 2 * CALLS)));
    }
}

#[test]
fn sums_are_between_the_time_slept_and_the_time_elapsed() {
    const NAP: Duration = Duration::from_millis(20);

    #[instrumented(name = "threads_naps", buckets = [0.001, 60.0])]
    fn nap() {
        thread::sleep(NAP);
    }

    let total = std::sync::Mutex::new(Duration::ZERO);
    on_threads(|_| {
        for _ in 0..3 {
            let start = std::time::Instant::now();
            nap();
            *total.lock().unwrap() += start.elapsed();
        }
    });
    let durations = scrape().histogram("threads_naps_duration_seconds", &here(&[]));
    let (least, most) = (3 * THREADS * NAP, total.into_inner().unwrap());
    assert_eq!(durations.buckets, [(0.001, 0), (60.0, 24), (f64::INFINITY, 24)]);
    assert!(lasted(durations.sum, least, most), "{least:?} {} {most:?}", durations.sum);
}

/// Events.
#[derive(Counter)]
#[counter(name = "threads_events_total")]
struct Events {
    parity: Parity,
}

/// Level.
#[derive(Gauge)]
#[gauge(name = "threads_level")]
struct Level;

/// Sizes.
#[derive(Histogram)]
#[histogram(name = "threads_sizes_bytes", buckets = [1.0, 2.0, 4.0])]
struct Sizes;

#[test]
fn counters_gauges_and_histograms_are_exact() {
    on_threads(|thread| {
        let _held = Level.hold(3.0);
        for number in 0..CALLS {
            Events { parity: parity(thread) }.increment(u64::from(number % 3));
            Level.add(2.0);
            Sizes.record(f64::from(number % 8));
            Level.sub(1.0);
        }
    });
    let exposition = scrape();
    let each: u32 = (0..CALLS).map(|number| number % 3).sum();
    for parity in ["Even", "Odd"] {
        let events = exposition.value("threads_events_total", &here(&[("parity", parity)]));
        assert_eq!(events, Some(f64::from(each * THREADS / 2)));
    }
    assert_eq!(exposition.value("threads_level", &here(&[])), Some(f64::from(CALLS * THREADS)));
    let sizes = exposition.histogram("threads_sizes_bytes", &here(&[]));
    let all = u64::from(CALLS * THREADS);
    assert_eq!(sizes.buckets, [(1.0, all / 4), (2.0, all * 3 / 8), (4.0, all * 5 / 8), (f64::INFINITY, all)]);
    assert!((sizes.sum - f64::from(CALLS * THREADS) * 3.5).abs() < 1e-6, "{sizes:?}");
}

/// Orders by customer.
#[derive(Operation)]
#[operation(name = "threads_customers")]
struct Order<'a> {
    #[label(max = 10)]
    customer: Open<'a>,
}

#[test]
fn threads_that_race_for_open_values_never_pass_the_cap_and_lose_nothing() {
    on_threads(|thread| {
        for number in 0..200 {
            let customer = ((number + thread * 7) % 40).to_string();
            Order { customer: Open::new(&customer) }.measure(|| ());
        }
    });
    let exposition = scrape();
    assert_eq!(exposition.label_values("threads_customers_total", "customer").len(), 11);
    let family = exposition.family("threads_customers_total");
    let counted: f64 = family.samples.iter().map(|sample| sample.value).sum();
    assert!((counted - f64::from(200 * THREADS)).abs() < f64::EPSILON, "{counted}");
    let others = exposition.value("threads_customers_total", &here(&[("customer", "other"), ("outcome", "ok")]));
    let labels = here(&[("metric", "threads_customers_total"), ("label", "customer")]);
    assert_eq!(exposition.value("metrics_instrumented_label_overflow_total", &labels), others);
}

macro_rules! racing {
    ($($name:ident $family:literal)*) => {
        $(#[instrumented(calls = $family, labels(text = open(text, max = 1)))]
        fn $name(text: &str) {
            std::hint::black_box(text);
        })*

        #[test]
        fn threads_that_race_for_an_open_value_agree_on_its_series() {
            for (site, family) in [$(($name as fn(&str), $family)),*] {
                on_threads(|thread| site(&thread.to_string()));
                let exposition = scrape();
                assert_eq!(exposition.label_values(family, "text").len(), 2, "{family}");
                let others = exposition.value(family, &here(&[("text", "other"), ("outcome", "ok")]));
                assert_eq!(others, Some(f64::from(THREADS - 1)));
            }
        }
    };
}

racing! {
    race_a "threads_race_a_total"
    race_b "threads_race_b_total"
    race_c "threads_race_c_total"
    race_d "threads_race_d_total"
    race_e "threads_race_e_total"
    race_f "threads_race_f_total"
    race_g "threads_race_g_total"
    race_h "threads_race_h_total"
    race_i "threads_race_i_total"
    race_j "threads_race_j_total"
    race_k "threads_race_k_total"
    race_l "threads_race_l_total"
}

#[instrumented(name = "threads_short_lived")]
fn short_lived() {}

#[test]
fn threads_that_come_and_go_leave_their_counts_behind() {
    exporter();
    for _ in 0..50 {
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    short_lived();
                    short_lived();
                });
            }
        });
    }
    assert_eq!(calls("threads_short_lived", &[]), Calls { ok: 400, ..Calls::NONE });
}

#[test]
fn a_call_from_a_thread_s_own_destructors_counts() {
    #[instrumented(name = "threads_destructor")]
    fn last() {}

    struct Last;

    impl Drop for Last {
        fn drop(&mut self) {
            last();
        }
    }

    thread_local! {
        static LAST: Last = const { Last };
    }

    exporter();
    for calls_before in [false, true] {
        thread::spawn(move || {
            LAST.with(|_| ());
            if calls_before {
                last();
            }
        })
        .join()
        .unwrap();
    }
    assert_eq!(calls("threads_destructor", &[]), Calls { ok: 3, ..Calls::NONE });
}

#[test]
fn a_guard_that_changes_threads_is_counted_once() {
    /// Handed over.
    #[derive(Operation)]
    #[operation(name = "threads_handed_over")]
    struct HandedOver;

    exporter();
    let guards: Vec<_> = (0..10).map(|_| HandedOver.start()).collect();
    assert_eq!(calls("threads_handed_over", &[]), Calls { in_flight: 10, ..Calls::NONE });
    thread::scope(|scope| {
        for (number, guard) in guards.into_iter().enumerate() {
            scope.spawn(move || if number % 2 == 0 { guard.ok() } else { drop(guard) });
        }
    });
    assert_eq!(calls("threads_handed_over", &[]), Calls { ok: 5, cancelled: 5, ..Calls::NONE });
}

#[test]
fn a_scrape_in_the_middle_never_sees_more_ends_than_beginnings() {
    #[instrumented(name = "threads_middle", started)]
    fn middle(number: u32) -> Result<(), ()> {
        if number.is_multiple_of(3) { Err(()) } else { Ok(()) }
    }

    /// Ends the workers, whatever ends the test.
    struct Over<'a>(&'a AtomicBool);

    impl Drop for Over<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    exporter();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let ends = Over(&over);
        let workers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut number = 0;
                    while !over.load(Ordering::Relaxed) {
                        _ = middle(number);
                        number += 1;
                    }
                    number
                })
            })
            .collect();
        let mut before = 0.0;
        for _ in 0..15 {
            // The strict parser checks that every histogram adds up.
            let exposition = scrape();
            let in_flight = exposition.expect_value("threads_middle_in_flight", &here(&[]));
            // Calls that begin while the scrape adds up may be among them; below zero it would be near 2^64.
            assert!((0.0..1e6).contains(&in_flight), "{in_flight}");
            let ok = exposition.expect_value("threads_middle_total", &here(&[("outcome", "ok")]));
            assert!(ok >= before, "{ok} after {before}");
            before = ok;
        }
        drop(ends);
        let calls_made: u32 = workers.into_iter().map(|worker| worker.join().unwrap()).sum();
        let calls = calls("threads_middle", &[]);
        assert_eq!((calls.ended(), calls.in_flight), (u64::from(calls_made), 0));
    });
}
