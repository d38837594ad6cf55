//! Any sequence of calls against a model that is too simple to be wrong.

use std::any::Any;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;

use metrics_instrumented::{Ended, LabelValue, Open, Operation, instrumented};
use metrics_instrumented_tests::{Calls, Exposition, Local, panic_of, pending, poll_once};
use proptest::prelude::*;

#[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    Gold,
    Silver,
    Bronze,
}

/// How a call is left.
#[derive(Clone, Copy, Debug)]
enum Way {
    Ok,
    Error,
    Panic,
    Cancelled,
    /// Not at all: it runs when the exposition is read.
    Running,
}

/// One call.
#[derive(Clone, Debug)]
struct Step {
    tier: Tier,
    host: Option<u8>,
    way: Way,
    by_guard: bool,
}

/// Orders with a closed label.
#[derive(Operation, Clone, Copy)]
#[operation(name = "model_closed")]
struct Closed {
    tier: Tier,
}

/// How many hosts have series of their own.
const CAP: usize = 5;

/// Orders with an open label and a closed one.
#[derive(Operation, Clone, Copy)]
#[operation(name = "model_open")]
struct Opened<'a> {
    #[label(max = 5)]
    host: Open<'a>,
    tier: Tier,
}

async fn leave(way: Way) -> Result<(), ()> {
    match way {
        Way::Ok => Ok(()),
        Way::Error => Err(()),
        Way::Panic => panic!("as planned"),
        Way::Cancelled | Way::Running => {
            pending().await;
            Ok(())
        }
    }
}

#[instrumented(Closed { tier })]
async fn closed(tier: Tier, way: Way) -> Result<(), ()> {
    leave(way).await
}

#[instrumented(Opened { host: Open::new(&host), tier })]
async fn opened(host: String, tier: Tier, way: Way) -> Result<(), ()> {
    leave(way).await
}

/// Runs one step; what it gives is a call that is still running.
fn run(step: &Step) -> Option<Box<dyn Any>> {
    let Step { tier, way, .. } = *step;
    let host = step.host.map(|host| format!("host-{host}"));
    if step.by_guard {
        return match &host {
            Some(host) => by_guard(Opened { host: Open::new(host), tier }, way),
            None => by_guard(Closed { tier }, way),
        };
    }
    match host {
        Some(host) => by_future(Box::pin(opened(host, tier, way)), way),
        None => by_future(Box::pin(closed(tier, way)), way),
    }
}

fn by_guard<O: Operation<Outcome = Ended>>(operation: O, way: Way) -> Option<Box<dyn Any>> {
    let guard = operation.start();
    match way {
        Way::Ok => guard.ok(),
        Way::Error => guard.error(),
        Way::Panic => {
            panic_of(|| {
                let _ends = guard;
                panic!("as planned")
            });
        }
        Way::Cancelled => drop(guard),
        // Left running, and ended by no drop.
        Way::Running => std::mem::forget(guard),
    }
    None
}

fn by_future(mut future: Pin<Box<dyn Future<Output = Result<(), ()>>>>, way: Way) -> Option<Box<dyn Any>> {
    if matches!(way, Way::Panic) {
        panic_of(|| poll_once(future.as_mut()));
        return None;
    }
    _ = poll_once(future.as_mut());
    matches!(way, Way::Running).then(|| Box::new(future) as Box<dyn Any>)
}

/// What the steps should leave behind, by the labels of both operations.
#[derive(Default)]
struct Model {
    closed: BTreeMap<Tier, Calls>,
    opened: BTreeMap<(String, Tier), Calls>,
    overflowed: u32,
}

impl Model {
    /// `seen` are the hosts that have series of their own already; statics remember them from one case to the next.
    fn count(&mut self, step: &Step, seen: &mut BTreeSet<u8>) {
        let calls = match step.host {
            None => self.closed.entry(step.tier).or_default(),
            Some(host) => {
                let has_series = seen.contains(&host) || (seen.len() < CAP && seen.insert(host));
                self.overflowed += u32::from(!has_series);
                let host = if has_series { format!("host-{host}") } else { "other".to_owned() };
                self.opened.entry((host, step.tier)).or_default()
            }
        };
        match step.way {
            Way::Ok => calls.ok += 1,
            Way::Error => calls.error += 1,
            Way::Panic => calls.panic += 1,
            Way::Cancelled => calls.cancelled += 1,
            Way::Running => calls.in_flight += 1,
        }
    }

    fn check(&self, exposition: &Exposition) {
        for tier in [Tier::Gold, Tier::Silver, Tier::Bronze] {
            let expected = self.closed.get(&tier).copied().unwrap_or_default();
            assert_eq!(Calls::of(exposition, "model_closed", &[("tier", tier.value())]), expected, "{tier:?}");
        }
        for ((host, tier), expected) in &self.opened {
            let calls = Calls::of(exposition, "model_open", &[("host", host), ("tier", tier.value())]);
            assert_eq!(calls, *expected, "{host} {tier:?}");
        }
        let series = exposition.find("model_open_in_flight").map_or(0, |family| family.samples.len());
        assert_eq!(series, self.opened.len());
        let labels = [("metric", "model_open_total"), ("label", "host")];
        let overflowed = exposition.value("metrics_instrumented_label_overflow_total", &labels);
        assert_eq!(overflowed, Some(f64::from(self.overflowed)));
    }
}

fn step() -> impl Strategy<Value = Step> {
    let tier = prop_oneof![Just(Tier::Gold), Just(Tier::Silver), Just(Tier::Bronze)];
    let way = prop_oneof![
        3 => Just(Way::Ok),
        3 => Just(Way::Error),
        1 => Just(Way::Panic),
        1 => Just(Way::Cancelled),
        1 => Just(Way::Running),
    ];
    (tier, proptest::option::of(0u8..12), way, any::<bool>()).prop_map(|(tier, host, way, by_guard)| Step {
        tier,
        host,
        way,
        by_guard,
    })
}

#[test]
fn any_sequence_of_calls_has_the_counts_of_the_model() {
    let seen = RefCell::new(BTreeSet::new());
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(32) };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let checked = runner.run(&proptest::collection::vec(step(), 0..60), |steps| {
        let local = Local::new();
        let mut model = Model::default();
        let running: Vec<_> = steps
            .iter()
            .filter_map(|step| {
                model.count(step, &mut seen.borrow_mut());
                local.run(|| run(step))
            })
            .collect();
        model.check(&local.read());
        drop(running);
        Ok(())
    });
    checked.unwrap();
}

#[test]
fn an_open_label_has_at_most_its_cap_plus_one_series() {
    const CALLS: u32 = 200_000;

    #[instrumented(calls = "model_flood_total", labels(host = open(host, max = 50), odd))]
    fn flood(host: &str, odd: bool) {
        std::hint::black_box((host, odd));
    }

    let local = Local::new();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut host = String::new();
    local.run(|| {
        for _ in 0..CALLS {
            // Xorshift: any numbers will do.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            host.clear();
            std::fmt::Write::write_fmt(&mut host, format_args!("{:x}", state % 100_000)).unwrap();
            flood(&host, state % 2 == 1);
        }
    });
    let exposition = local.read();
    let hosts = exposition.label_values("model_flood_total", "host");
    assert!(hosts.len() == 51 && hosts.contains(&"other"), "{hosts:?}");
    let samples = &exposition.family("model_flood_total").samples;
    assert!(samples.len() <= 51 * 2 * 4, "{}", samples.len());
    let counted: f64 = samples.iter().map(|sample| sample.value).sum();
    assert!((counted - f64::from(CALLS)).abs() < f64::EPSILON, "{counted}");
    let others: f64 = samples.iter().filter(|sample| sample.labels["host"] == "other").map(|sample| sample.value).sum();
    let labels = [("metric", "model_flood_total"), ("label", "host")];
    let overflowed = exposition.value("metrics_instrumented_label_overflow_total", &labels);
    assert_eq!(overflowed, Some(others));
}
