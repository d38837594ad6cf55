//! Places that change hands while other threads call: each tenant has exactly its own calls.

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

fn counted(metrics: &Handle, tenant: &str) -> Option<u64> {
    let text = metrics.render();
    let of = |family: &str, more: &str| {
        let line = text.lines().find(|line| {
            line.starts_with(family) && line.contains(&format!("tenant=\"{tenant}\"")) && line.contains(more)
        });
        line.and_then(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok())
    };
    let (ended, durations) = (of("handover_total{", "outcome=\"ok\"")?, of("handover_duration_seconds_count{", "")?);
    assert_eq!((durations, of("handover_in_flight{", "")), (ended, Some(0)), "{tenant}");
    assert_eq!(of("handover_in_flight_peak{", ""), Some(1), "{tenant}");
    Some(ended)
}

#[test]
fn every_tenant_has_its_own_calls_after_changes_of_places() {
    alone(|| {
        let metrics = install();
        thread::scope(|scope| {
            for thread in 0..THREADS {
                let metrics = &metrics;
                scope.spawn(move || {
                    for round in 0..ROUNDS {
                        let tenant = format!("{thread} in round {round}");
                        let calls = 1 + (round * 7 + thread) % 13;
                        for call in 0..calls {
                            if call % 2 == 0 { first(&tenant) } else { second(&tenant) }
                        }
                        // Nobody else calls or retires it, and it is never idle for long enough.
                        assert_eq!(counted(metrics, &tenant), Some(calls as u64), "{tenant}");
                        assert!(metrics.retire("handover_total", &[("tenant", &tenant)]).unwrap());
                        assert_eq!(counted(metrics, &tenant), None, "{tenant}");
                    }
                });
            }
            // Others that come and go meanwhile; there are places for all of them.
            scope.spawn(|| {
                for round in 0..10 * ROUNDS {
                    let guest = format!("guest {}", round % 2);
                    first(&guest);
                    metrics.retire("handover_total", &[("tenant", &guest)]).unwrap();
                }
            });
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
    let label = format!("tenant=\"{tenant}\"");
    let of = |name: &str| {
        let mut lines = text.lines().filter(|line| line.starts_with(name) && line.contains(&label));
        lines.find_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok())
    };
    [
        "handover_events_total{",
        "handover_objects{",
        "handover_bytes_count{",
        "handover_bytes_bucket{",
        "handover_bytes_sum{",
    ]
    .map(of)
}

#[test]
fn every_tenant_has_its_own_updates_after_changes_of_places() {
    alone(|| {
        let metrics = install();
        thread::scope(|scope| {
            for thread in 0..THREADS {
                let metrics = &metrics;
                scope.spawn(move || {
                    for round in 0..ROUNDS {
                        let tenant = format!("{thread} in round {round}");
                        let updates = 1 + (round * 7 + thread) as u64 % 13;
                        (0..updates).for_each(|_| update(&tenant));
                        assert_eq!(
                            updated(metrics, &tenant),
                            [Some(updates), Some(updates), Some(updates), Some(updates), Some(5 * updates)],
                            "{tenant}"
                        );
                        for family in FAMILIES {
                            assert!(metrics.retire(family, &[("tenant", &tenant)]).unwrap());
                        }
                        assert_eq!(updated(metrics, &tenant), [None; 5], "{tenant}");
                    }
                });
            }
            // Others that come and go meanwhile; there are places for all of them.
            scope.spawn(|| {
                for round in 0..10 * ROUNDS {
                    let guest = format!("guest {}", round % 2);
                    update(&guest);
                    for family in FAMILIES {
                        metrics.retire(family, &[("tenant", &guest)]).unwrap();
                    }
                }
            });
        });
    });
}
