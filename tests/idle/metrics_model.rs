//! Random updates, guards, ages, retirements and scrapes of a counter, a gauge and a histogram, against a simple model.

use std::collections::BTreeMap;
use std::thread;

use metrics_instrumented::{Counter, Gauge, GaugeGuard, Handle, Histogram, Open};
use metrics_instrumented_tests::alone;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::{install, read, wait};

const CAP: usize = 3;
const IDLE: u64 = 10;
const NAMES: [&str; 6] = ["0", "1", "2", "3", "4", "5"];

/// Events by tenant.
#[derive(Counter)]
#[counter(name = "metric_model_events_total")]
struct Events<'a> {
    #[label(max = 3, idle = 10)]
    tenant: Open<'a>,
}

/// Jobs by tenant.
#[derive(Gauge)]
#[gauge(name = "metric_model_jobs")]
struct Jobs<'a> {
    #[label(max = 3, idle = 10)]
    tenant: Open<'a>,
}

/// Sizes by tenant.
#[derive(Histogram)]
#[histogram(name = "metric_model_bytes", buckets = [10.0])]
struct Size<'a> {
    #[label(max = 3, idle = 10)]
    tenant: Open<'a>,
}

#[derive(Clone, Debug)]
enum Step {
    Increment(usize),
    Record(usize),
    Set(usize, i32),
    Add(usize, i32),
    Hold(usize),
    Drop(usize),
    Wait(u64),
    Retire(usize),
    Scrape,
}

fn step() -> impl Strategy<Value = Step> {
    let tenant = || 0..NAMES.len();
    prop_oneof![
        3 => tenant().prop_map(Step::Increment),
        2 => tenant().prop_map(Step::Record),
        2 => (tenant(), 0..4).prop_map(|(tenant, value)| Step::Set(tenant, value)),
        2 => (tenant(), -2..3).prop_map(|(tenant, value)| Step::Add(tenant, value)),
        2 => tenant().prop_map(Step::Hold),
        3 => (0usize..50).prop_map(Step::Drop),
        3 => (1u64..15).prop_map(Step::Wait),
        2 => tenant().prop_map(Step::Retire),
        2 => Just(Step::Scrape),
    ]
}

/// A value of a label, in one family.
#[derive(Clone, Copy, Debug, Default)]
struct Tenant {
    seen: u64,
    value: i32,
    is_changed: bool,
    guards: u32,
}

impl Tenant {
    fn leaves(&self, now: u64) -> bool {
        self.guards == 0 && now - self.seen >= IDLE && (self.value == 0 || !self.is_changed)
    }
}

/// The tenants of one family. The tenant `None` is `other`, which stays.
#[derive(Debug, Default)]
struct Family {
    there: BTreeMap<usize, Tenant>,
    other: Tenant,
}

impl Family {
    fn expire(&mut self, now: u64) {
        self.there.retain(|_, tenant| !tenant.leaves(now));
    }

    /// Whether the tenant has a place, possibly from now on.
    fn look_up(&mut self, tenant: usize, now: u64) -> Option<usize> {
        if !self.there.contains_key(&tenant) && self.there.len() == CAP {
            self.expire(now);
        }
        if !self.there.contains_key(&tenant) && self.there.len() == CAP {
            return None;
        }
        self.there.entry(tenant).or_default();
        Some(tenant)
    }

    fn of(&mut self, tenant: Option<usize>, now: u64) -> &mut Tenant {
        let found = match tenant {
            Some(tenant) => self.there.get_mut(&tenant).expect("it is used"),
            None => &mut self.other,
        };
        found.seen = now;
        found
    }

    /// Updates a tenant by name; returns where it is counted.
    fn update(&mut self, tenant: usize, now: u64, update: impl FnOnce(&mut Tenant)) -> Option<usize> {
        let counted = self.look_up(tenant, now);
        update(self.of(counted, now));
        counted
    }

    /// Returns whether the tenant is gone.
    fn retire(&mut self, tenant: usize) -> bool {
        let is_used = self.there.get(&tenant).is_some_and(|tenant| tenant.guards > 0);
        if !is_used {
            self.there.remove(&tenant);
        }
        !is_used
    }
}

#[derive(Debug, Default)]
struct Model {
    now: u64,
    events: Family,
    jobs: Family,
    sizes: Family,
}

fn check(metrics: &Handle, model: &mut Model) {
    let now = model.now;
    let read = read(metrics);
    for (family, expected) in [
        ("metric_model_events_total", &mut model.events),
        ("metric_model_jobs", &mut model.jobs),
        ("metric_model_bytes", &mut model.sizes),
    ] {
        expected.expire(now);
        for (tenant, name) in NAMES.iter().enumerate() {
            let there = expected.there.get(&tenant).map(|tenant| f64::from(tenant.value));
            let shown = if family == "metric_model_bytes" {
                let count = read.find_histogram(family, &[("tenant", name)]).map(|found| found.count);
                count.map(|count| f64::from(u32::try_from(count).unwrap()))
            } else {
                read.value(family, &[("tenant", name)])
            };
            assert_eq!(shown, there, "{family} of {name}: {expected:?}");
        }
    }
}

#[test]
fn any_sequence_of_updates_guards_ages_retirements_and_scrapes_agrees_with_the_model() {
    alone(|| {
        let metrics = install();
        let cases = if cfg!(miri) { 2 } else { 400 };
        let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
        let run = runner.run(&prop::collection::vec(step(), 1..60), |steps| {
            let mut model = Model::default();
            let mut guards: Vec<(GaugeGuard, Option<usize>)> = Vec::new();
            for step in steps {
                let now = model.now;
                match step {
                    Step::Increment(tenant) => {
                        Events { tenant: Open::new(NAMES[tenant]) }.increment(1);
                        model.events.update(tenant, now, |tenant| tenant.value += 1);
                    }
                    Step::Record(tenant) => {
                        thread::scope(|scope| {
                            scope.spawn(|| Size { tenant: Open::new(NAMES[tenant]) }.record(5)).join()
                        })
                        .unwrap();
                        model.sizes.update(tenant, now, |tenant| tenant.value += 1);
                    }
                    Step::Set(tenant, value) => {
                        Jobs { tenant: Open::new(NAMES[tenant]) }.set(value);
                        model.jobs.update(tenant, now, |tenant| (tenant.value, tenant.is_changed) = (value, false));
                    }
                    Step::Add(tenant, value) => {
                        Jobs { tenant: Open::new(NAMES[tenant]) }.add(value);
                        model.jobs.update(tenant, now, |tenant| {
                            tenant.value += value;
                            tenant.is_changed = true;
                        });
                    }
                    Step::Hold(tenant) => {
                        let guard = Jobs { tenant: Open::new(NAMES[tenant]) }.hold(1);
                        let counted = model.jobs.update(tenant, now, |tenant| {
                            tenant.value += 1;
                            tenant.guards += 1;
                            tenant.is_changed = true;
                        });
                        guards.push((guard, counted));
                    }
                    Step::Drop(at) if !guards.is_empty() => {
                        let (guard, tenant) = guards.swap_remove(at % guards.len());
                        drop(guard);
                        let tenant = model.jobs.of(tenant, now);
                        tenant.value -= 1;
                        tenant.guards -= 1;
                        tenant.is_changed = true;
                    }
                    Step::Drop(_) => {}
                    Step::Wait(seconds) => {
                        wait(seconds);
                        model.now += seconds;
                    }
                    Step::Retire(tenant) => {
                        for (family, expected) in [
                            ("metric_model_events_total", model.events.retire(tenant)),
                            ("metric_model_jobs", model.jobs.retire(tenant)),
                            ("metric_model_bytes", model.sizes.retire(tenant)),
                        ] {
                            let gone = metrics.retire(family, &[("tenant", NAMES[tenant])]).unwrap();
                            assert_eq!(gone, expected, "{family}: {model:?}");
                        }
                    }
                    Step::Scrape => check(&metrics, &mut model),
                }
            }
            check(&metrics, &mut model);
            // The next case begins without any of these.
            drop(guards);
            for tenant in NAMES {
                for family in ["metric_model_events_total", "metric_model_jobs", "metric_model_bytes"] {
                    assert!(metrics.retire(family, &[("tenant", tenant)]).unwrap());
                }
            }
            assert!(!metrics.render().contains("metric_model_jobs{tenant=\"0\"}"));
            Ok(())
        });
        run.unwrap();
    });
}
