//! `in_flight(peak, oldest)`: how many calls ran at once, and since when the oldest one runs.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::thread;
use std::time::{Duration, Instant};

use metrics_instrumented::{Guard, LabelValue, Operation, instrumented};
use metrics_instrumented_tests::{Exposition, panic_of, pending, poll_once};
use proptest::prelude::*;

use crate::{exporter, here, scrape};

#[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pool {
    Fast,
    Slow,
}

/// Work that is watched.
#[derive(Operation, Clone, Copy)]
#[operation(name = "running_model", in_flight(peak, oldest))]
struct Work {
    pool: Pool,
}

/// The same families, at another site.
#[instrumented(name = "running_model", labels(pool), in_flight(peak, oldest))]
async fn work(pool: Pool) {
    pending().await;
}

type Pinned = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A call that runs, until it is dropped.
#[allow(dead_code, reason = "guards are kept to be dropped")]
enum Call {
    Guard(Guard<Work>),
    Future(Pinned),
}

/// What happens next. Calls are picked by their place among those that run.
#[derive(Clone, Debug)]
enum Step {
    Start(Pool, bool),
    End(usize),
    EndElsewhere(usize),
    Panic(usize),
    PollElsewhere(usize),
    Wait(u64),
    Scrape,
}

fn step() -> impl Strategy<Value = Step> {
    let pool = prop_oneof![Just(Pool::Fast), Just(Pool::Slow)];
    prop_oneof![
        5 => (pool, any::<bool>()).prop_map(|(pool, is_future)| Step::Start(pool, is_future)),
        2 => (0usize..100).prop_map(Step::End),
        1 => (0usize..100).prop_map(Step::EndElsewhere),
        1 => (0usize..100).prop_map(Step::Panic),
        1 => (0usize..100).prop_map(Step::PollElsewhere),
        1 => (0u64..3).prop_map(Step::Wait),
        2 => Just(Step::Scrape),
    ]
}

fn value(exposition: &Exposition, name: &str, labels: &[(&str, &str)]) -> f64 {
    exposition.value(name, &here(labels)).unwrap_or_else(|| panic!("no {name} {labels:?}"))
}

/// Every call that runs, with when it began, and the most that ran at once.
#[derive(Default)]
struct Model {
    running: Vec<(Pool, Instant, Instant, Call)>,
    most: BTreeMap<Pool, usize>,
}

impl Model {
    fn in_flight(&self, pool: Pool) -> usize {
        self.running.iter().filter(|(of, ..)| *of == pool).count()
    }

    fn start(&mut self, pool: Pool, is_future: bool) {
        let before = Instant::now();
        let call = if is_future {
            let mut future: Pinned = Box::pin(work(pool));
            _ = poll_once(future.as_mut());
            Call::Future(future)
        } else {
            Call::Guard(Work { pool }.start())
        };
        self.running.push((pool, before, Instant::now(), call));
        let in_flight = self.in_flight(pool);
        let most = self.most.entry(pool).or_default();
        *most = in_flight.max(*most);
    }

    fn take(&mut self, at: usize) -> Option<Call> {
        let len = self.running.len();
        (len > 0).then(|| self.running.swap_remove(at % len).3)
    }

    fn check(&self) {
        let before = Instant::now();
        let exposition = Exposition::parse(&exporter().render()).unwrap();
        let after = Instant::now();
        for pool in [Pool::Fast, Pool::Slow] {
            let labels = [("pool", pool.value())];
            let in_flight = value(&exposition, "running_model_in_flight", &labels);
            assert_eq!(in_flight.to_string(), self.in_flight(pool).to_string());
            // All cases together run within a minute, so the peak is that of all of them.
            let peak = value(&exposition, "running_model_in_flight_peak", &labels);
            let most = self.most.get(&pool).copied().unwrap_or_default();
            assert_eq!(peak.to_string(), most.to_string(), "the peak, and how many ran at once");
            let oldest = value(&exposition, "running_model_in_flight_oldest_seconds", &labels);
            let of_pool = || self.running.iter().filter(|(of, ..)| *of == pool);
            match (of_pool().map(|(_, began, ..)| *began).min(), of_pool().map(|(_, _, ran, _)| *ran).min()) {
                (Some(began), Some(ran)) => {
                    let (least, most) = ((before - ran).as_secs_f64(), (after - began).as_secs_f64());
                    // The clock of the calls is another one than this test's.
                    let tolerated = 0.000_05 + most * 0.01;
                    assert!(
                        oldest >= least - tolerated && oldest <= most + tolerated,
                        "the oldest call is {oldest} s old, which is not from {least} to {most}"
                    );
                }
                _ => assert!(oldest.abs() < f64::EPSILON, "{oldest} s, and no call runs"),
            }
        }
    }
}

#[test]
fn any_calls_that_start_move_and_end_agree_with_the_model() {
    exporter();
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let most = std::cell::RefCell::new(BTreeMap::new());
    let checked = runner.run(&proptest::collection::vec(step(), 1..60), |steps| {
        let mut model = Model { most: most.take(), ..Model::default() };
        for step in steps {
            match step {
                Step::Start(pool, is_future) => model.start(pool, is_future),
                Step::End(at) => drop(model.take(at)),
                Step::EndElsewhere(at) => {
                    let call = model.take(at);
                    thread::spawn(move || drop(call)).join().unwrap();
                }
                Step::Panic(at) => {
                    if let Some(call) = model.take(at) {
                        panic_of(|| {
                            let _ends = call;
                            panic!("as planned")
                        });
                    }
                }
                Step::PollElsewhere(at) => {
                    let len = model.running.len();
                    if len > 0
                        && let Call::Future(future) = &mut model.running[at % len].3
                    {
                        thread::scope(|scope| {
                            scope.spawn(|| assert!(poll_once(future.as_mut()).is_pending())).join().unwrap();
                        });
                    }
                }
                Step::Wait(milliseconds) => thread::sleep(Duration::from_millis(milliseconds)),
                Step::Scrape => model.check(),
            }
        }
        model.check();
        model.running.clear();
        model.check();
        most.replace(model.most);
        Ok(())
    });
    checked.unwrap();
}

#[instrumented(name = "running_burst", in_flight(peak))]
fn burst() {
    thread::sleep(Duration::from_millis(20));
}

#[test]
fn a_burst_between_two_scrapes_is_seen_by_every_scraper_and_not_reset() {
    exporter();
    scrape();
    thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(burst);
        }
    });
    for _ in 0..3 {
        let exposition = scrape();
        assert!(value(&exposition, "running_burst_in_flight", &[]).abs() < f64::EPSILON);
        let peak = value(&exposition, "running_burst_in_flight_peak", &[]);
        assert!((2.0..=12.0).contains(&peak), "{peak}");
    }
}

#[instrumented(name = "running_beside", in_flight(peak, oldest), only(in_flight))]
fn beside() {
    std::hint::black_box(());
}

#[test]
fn the_peak_of_a_scrape_is_never_below_its_calls_in_flight() {
    exporter();
    let until = Instant::now() + Duration::from_millis(500);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while Instant::now() < until {
                    beside();
                }
            });
        }
        while Instant::now() < until {
            let exposition = Exposition::parse(&exporter().render()).unwrap();
            let [in_flight, peak, oldest] = ["", "_peak", "_oldest_seconds"]
                .map(|ending| value(&exposition, &format!("running_beside_in_flight{ending}"), &[]));
            assert!(peak >= in_flight && peak <= 3.0, "{in_flight} in flight, a peak of {peak}");
            assert!((0.0..30.0).contains(&oldest), "{oldest}");
        }
    });
    let exposition = scrape();
    assert_eq!(value(&exposition, "running_beside_in_flight_oldest_seconds", &[]).to_bits(), 0f64.to_bits());
}

#[instrumented(name = "running_many", in_flight(oldest))]
async fn many() {
    pending().await;
}

#[test]
fn calls_above_the_number_of_tracked_ones_are_counted_and_the_oldest_stays_correct() {
    exporter();
    let family = [("metric", "running_many_in_flight_oldest_seconds")];
    let untracked = |exposition: &Exposition| {
        exposition.value("metrics_instrumented_untracked_calls_total", &here(&family)).unwrap_or_default()
    };
    let mut running: Vec<Pinned> = Vec::new();
    for _ in 0..4_100 {
        let mut future: Pinned = Box::pin(many());
        _ = poll_once(future.as_mut());
        running.push(future);
    }
    thread::sleep(Duration::from_millis(20));
    let exposition = scrape();
    assert!((untracked(&exposition) - 4.0).abs() < 0.5, "{}", untracked(&exposition));
    assert!(value(&exposition, "running_many_in_flight_oldest_seconds", &[]) >= 0.02);
    assert!((value(&exposition, "running_many_in_flight", &[]) - 4_100.0).abs() < 0.5);
    running.clear();
    // There is room again.
    let mut future: Pinned = Box::pin(many());
    _ = poll_once(future.as_mut());
    let exposition = scrape();
    assert!((untracked(&exposition) - 4.0).abs() < 0.5);
    let oldest = value(&exposition, "running_many_in_flight_oldest_seconds", &[]);
    assert!(oldest > 0.0 && oldest < 1.0, "{oldest}");
}
