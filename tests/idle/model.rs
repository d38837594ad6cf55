//! Random calls, ages, retirements and scrapes, against a simple model.

use std::collections::BTreeMap;
use std::thread;

use metrics_instrumented::{Guard, Handle, Open, Operation, instrumented};
use metrics_instrumented_tests::alone;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::{install, read, wait};

const CAP: usize = 3;
const IDLE: u64 = 10;

/// Jobs by tenant.
#[derive(Operation)]
#[operation(name = "idle_model", in_flight(peak))]
struct Job<'a> {
    #[label(max = 3, idle = 10)]
    tenant: Open<'a>,
}

/// The same families, at another site.
#[instrumented(name = "idle_model", labels(tenant = open(tenant, max = 3, idle = 10)), in_flight(peak))]
fn job(tenant: &str) -> Result<(), ()> {
    Err(())
}

#[derive(Clone, Debug)]
enum Step {
    Call(u8),
    CallElsewhere(u8),
    Start(u8),
    End(usize),
    Wait(u64),
    Retire(u8),
    Scrape,
}

fn step() -> impl Strategy<Value = Step> {
    let tenant = || 0u8..6;
    prop_oneof![
        4 => tenant().prop_map(Step::Call),
        1 => tenant().prop_map(Step::CallElsewhere),
        2 => tenant().prop_map(Step::Start),
        3 => (0usize..50).prop_map(Step::End),
        3 => (1u64..15).prop_map(Step::Wait),
        2 => tenant().prop_map(Step::Retire),
        2 => Just(Step::Scrape),
    ]
}

#[derive(Clone, Copy, Debug, Default)]
struct Tenant {
    seen: u64,
    running: u64,
    ok: u64,
    error: u64,
}

/// What should be there. The tenant `None` is `other`, which stays.
#[derive(Debug, Default)]
struct Model {
    now: u64,
    there: BTreeMap<u8, Tenant>,
    other: Tenant,
}

impl Model {
    fn expire(&mut self) {
        let now = self.now;
        self.there.retain(|_, tenant| tenant.running > 0 || now - tenant.seen < IDLE);
    }

    /// Whether the tenant has a place, possibly from now on.
    fn look_up(&mut self, tenant: u8) -> Option<u8> {
        if !self.there.contains_key(&tenant) {
            if self.there.len() == CAP {
                self.expire();
            }
            if self.there.len() == CAP {
                return None;
            }
        }
        self.there.entry(tenant).or_default().seen = self.now;
        Some(tenant)
    }

    fn of(&mut self, tenant: Option<u8>) -> &mut Tenant {
        let now = self.now;
        let found = match tenant {
            Some(tenant) => self.there.get_mut(&tenant).expect("it runs"),
            None => &mut self.other,
        };
        found.seen = now;
        found
    }
}

fn check(metrics: &Handle, model: &mut Model) {
    model.expire();
    let read = read(metrics);
    let shown = |family: &str, tenant: &str, more: &[(&str, &str)]| {
        let labels: Vec<_> = [("tenant", tenant)].into_iter().chain(more.iter().copied()).collect();
        read.value(family, &labels).map(|value| value.to_string())
    };
    for tenant in 0..6 {
        let expected = model.there.get(&tenant);
        let name = tenant.to_string();
        let of = |count: fn(&Tenant) -> u64| expected.map(|tenant| count(tenant).to_string());
        assert_eq!(
            shown("idle_model_total", &name, &[("outcome", "ok")]),
            of(|tenant| tenant.ok),
            "{tenant}: {model:?}"
        );
        assert_eq!(
            shown("idle_model_total", &name, &[("outcome", "error")]),
            of(|tenant| tenant.error),
            "{tenant}: {model:?}"
        );
        assert_eq!(shown("idle_model_in_flight", &name, &[]), of(|tenant| tenant.running), "{tenant}: {model:?}");
    }
    let other = model.other;
    if other.ok + other.error + other.running > 0 {
        assert_eq!(shown("idle_model_total", "other", &[("outcome", "ok")]), Some(other.ok.to_string()), "{model:?}");
        assert_eq!(shown("idle_model_in_flight", "other", &[]), Some(other.running.to_string()), "{model:?}");
    }
}

#[test]
fn any_sequence_of_calls_ages_retirements_and_scrapes_agrees_with_the_model() {
    alone(|| {
        let metrics = install();
        let mut other = Tenant::default();
        let cases = if cfg!(miri) { 2 } else { 400 };
        let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
        let last = std::cell::RefCell::new(&mut other);
        let run = runner.run(&prop::collection::vec(step(), 1..60), |steps| {
            let mut last = last.borrow_mut();
            let mut model = Model { other: **last, ..Model::default() };
            let mut running: Vec<(Guard<Job<'static>>, Option<u8>)> = Vec::new();
            for step in steps {
                match step {
                    Step::Call(tenant) => {
                        job(&tenant.to_string()).unwrap_err();
                        let counted = model.look_up(tenant);
                        model.of(counted).error += 1;
                    }
                    Step::CallElsewhere(tenant) => {
                        thread::scope(|scope| scope.spawn(|| job(&tenant.to_string())).join()).unwrap().unwrap_err();
                        let counted = model.look_up(tenant);
                        model.of(counted).error += 1;
                    }
                    Step::Start(tenant) => {
                        let name: &'static str = ["0", "1", "2", "3", "4", "5"][usize::from(tenant)];
                        let guard = Job { tenant: Open::new(name) }.start();
                        let counted = model.look_up(tenant);
                        model.of(counted).running += 1;
                        running.push((guard, counted));
                    }
                    Step::End(at) if !running.is_empty() => {
                        let (guard, tenant) = running.swap_remove(at % running.len());
                        guard.ok();
                        let tenant = model.of(tenant);
                        tenant.running -= 1;
                        tenant.ok += 1;
                    }
                    Step::End(_) => {}
                    Step::Wait(seconds) => {
                        wait(seconds);
                        model.now += seconds;
                    }
                    Step::Retire(tenant) => {
                        let gone = metrics.retire("idle_model_total", &[("tenant", &tenant.to_string())]).unwrap();
                        let runs = model.there.get(&tenant).is_some_and(|tenant| tenant.running > 0);
                        assert_eq!(gone, !runs, "{model:?}");
                        if gone {
                            model.there.remove(&tenant);
                        }
                    }
                    Step::Scrape => check(&metrics, &mut model),
                }
            }
            for (guard, tenant) in running {
                guard.ok();
                let tenant = model.of(tenant);
                tenant.running -= 1;
                tenant.ok += 1;
            }
            check(&metrics, &mut model);
            **last = model.other;
            // The next case begins without any of these.
            wait(IDLE);
            model.now += IDLE;
            check(&metrics, &mut model);
            Ok(())
        });
        run.unwrap();
    });
}
