//! Places that change hands while other threads call: each tenant has exactly its own calls.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use metrics_instrumented::{Counter, Gauge, Handle, Histogram, Open, instrumented};
use metrics_instrumented_tests::alone;

use crate::install;

const THREADS: usize = 4;
const ROUNDS: usize = 300;

#[instrumented(name = "handover", labels(tenant = open(tenant, max = 6, idle = 60)), in_flight(peak, oldest))]
fn first(tenant: &str) {}

/// Another site of the same families.
#[instrumented(name = "handover", labels(tenant = open(tenant, max = 6, idle = 60)), in_flight(peak, oldest))]
fn second(tenant: &str) {}

/// The value of the first sample of a tenant whose line starts with `family` and contains `more`.
fn value(text: &str, family: &str, tenant: &str, more: &str) -> Option<u64> {
    let label = format!("tenant=\"{tenant}\"");
    let line = text.lines().find(|line| line.starts_with(family) && line.contains(&label) && line.contains(more))?;
    line.rsplit_once(' ')?.1.parse().ok()
}

/// Several threads have tenants of their own, one after the other, and guests come and go meanwhile; there are places for all of them. `lives` checks a tenant
/// that nobody else uses or retires, and that is never idle for long enough; its second argument is how often it uses it.
fn hand_over(lives: impl Fn(&str, usize) + Sync, visits: impl Fn(&str) + Send) {
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let lives = &lives;
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    lives(&format!("{thread} in round {round}"), 1 + (round * 7 + thread) % 13);
                }
            });
        }
        scope.spawn(move || {
            for round in 0..10 * ROUNDS {
                visits(&format!("guest {}", round % 2));
            }
        });
    });
}

fn counted(metrics: &Handle, tenant: &str) -> Option<u64> {
    let text = metrics.render();
    let of = |family: &str, more: &str| value(&text, family, tenant, more);
    let (ended, durations) = (of("handover_total{", "outcome=\"ok\"")?, of("handover_duration_seconds_count{", "")?);
    assert_eq!((durations, of("handover_in_flight{", "")), (ended, Some(0)), "{tenant}");
    assert_eq!(of("handover_in_flight_peak{", ""), Some(1), "{tenant}");
    Some(ended)
}

#[test]
fn every_tenant_has_its_own_calls_after_changes_of_places() {
    alone(|| {
        let metrics = install();
        let lives = |tenant: &str, calls: usize| {
            for call in 0..calls {
                if call % 2 == 0 { first(tenant) } else { second(tenant) }
            }
            assert_eq!(counted(&metrics, tenant), Some(calls as u64), "{tenant}");
            assert!(metrics.retire("handover_total", &[("tenant", tenant)]).unwrap());
            assert_eq!(counted(&metrics, tenant), None, "{tenant}");
        };
        hand_over(lives, |guest| {
            first(guest);
            metrics.retire("handover_total", &[("tenant", guest)]).unwrap();
        });
    });
}

/// While another scrape removed the series of both sites one after the other, what was left was shown as its value.
#[test]
fn a_series_of_two_sites_never_decreases_before_it_leaves() {
    alone(|| {
        let metrics = install();
        let is_over = AtomicBool::new(false);
        let watch = || {
            let mut seen = HashMap::new();
            while !is_over.load(Relaxed) {
                let text = metrics.render();
                for line in text.lines().filter(|line| line.starts_with("handover_total{outcome=\"ok\"")) {
                    let (labels, value) = line.rsplit_once(' ').unwrap();
                    let value: u64 = value.parse().unwrap();
                    let before = seen.insert(labels.to_owned(), value).unwrap_or(0);
                    assert!(value >= before, "{labels}: {value} after {before}");
                }
            }
        };
        thread::scope(|scope| {
            let watching = [scope.spawn(watch), scope.spawn(watch), scope.spawn(watch)];
            for round in 0..1_000 {
                let tenant = round.to_string();
                for _ in 0..5 {
                    first(&tenant);
                    second(&tenant);
                }
                drop(metrics.render());
                metrics.retire("handover_total", &[("tenant", &tenant)]).unwrap();
                if watching.iter().any(thread::ScopedJoinHandle::is_finished) {
                    break;
                }
            }
            is_over.store(true, Relaxed);
        });
    });
}

/// Events by tenant.
#[derive(Counter)]
#[counter(name = "handover_events_total")]
struct Events<'a> {
    #[label(max = 6, idle = 60)]
    tenant: Open<'a>,
}

/// Objects by tenant.
#[derive(Gauge)]
#[gauge(name = "handover_objects")]
struct Objects<'a> {
    #[label(max = 6, idle = 60)]
    tenant: Open<'a>,
}

/// Sizes by tenant.
#[derive(Histogram)]
#[histogram(name = "handover_bytes", buckets = native(factor = 1.1, classic = [10.0]))]
struct Size<'a> {
    #[label(max = 6, idle = 60)]
    tenant: Open<'a>,
}

const FAMILIES: [&str; 3] = ["handover_events_total", "handover_objects", "handover_bytes"];

fn update(tenant: &str) {
    Events { tenant: Open::new(tenant) }.increment(1);
    Objects { tenant: Open::new(tenant) }.add(1);
    Size { tenant: Open::new(tenant) }.record(5);
}

/// The counter, the gauge, and the count, the bucket and the sum of the histogram.
fn updated(metrics: &Handle, tenant: &str) -> [Option<u64>; 5] {
    let text = metrics.render();
    [
        "handover_events_total{",
        "handover_objects{",
        "handover_bytes_count{",
        "handover_bytes_bucket{",
        "handover_bytes_sum{",
    ]
    .map(|family| value(&text, family, tenant, ""))
}

#[test]
fn every_tenant_has_its_own_updates_after_changes_of_places() {
    alone(|| {
        let metrics = install();
        let lives = |tenant: &str, updates: usize| {
            (0..updates).for_each(|_| update(tenant));
            let updates = updates as u64;
            assert_eq!(
                updated(&metrics, tenant),
                [Some(updates), Some(updates), Some(updates), Some(updates), Some(5 * updates)],
                "{tenant}"
            );
            for family in FAMILIES {
                assert!(metrics.retire(family, &[("tenant", tenant)]).unwrap());
            }
            assert_eq!(updated(&metrics, tenant), [None; 5], "{tenant}");
        };
        hand_over(lives, |guest| {
            update(guest);
            for family in FAMILIES {
                metrics.retire(family, &[("tenant", guest)]).unwrap();
            }
        });
    });
}
