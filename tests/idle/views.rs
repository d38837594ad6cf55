//! Views that combine series whose values expire: their sums never decrease.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use metrics_instrumented::{Counter, Gauge, Handle, Histogram, Open, exporter, instrumented};
use metrics_instrumented_tests::{Exposition, alone};

use crate::{read, wait};

const IDLE: u64 = 600;

#[instrumented(name = "summed", labels(tenant = open(tenant, max = 4, idle = 600)), polls)]
async fn call(tenant: &str) {
    std::future::ready(tenant).await;
}

#[instrumented(calls(name = "arrivals_total"), labels(tenant = open(tenant, max = 4_000, idle = 600)), max_series = 16_004)]
fn arrive(tenant: &str) {
    std::hint::black_box(tenant);
}

/// Sizes by tenant.
#[derive(Histogram)]
#[histogram(name = "summed_bytes", buckets = native(factor = 1.1, classic = [10.0]))]
struct Size<'a> {
    #[label(max = 4, idle = 600)]
    tenant: Open<'a>,
}

/// Jobs by tenant.
#[derive(Gauge)]
#[gauge(name = "summed_jobs")]
struct Jobs<'a> {
    #[label(max = 4, idle = 600)]
    tenant: Open<'a>,
}

/// Events by tenant.
#[derive(Counter)]
#[counter(name = "grown_total")]
struct Grown<'a> {
    #[label(max = 4, idle = 600)]
    tenant: Open<'a>,
}

fn update(tenant: &str) {
    let _ = metrics_instrumented_tests::poll_once(std::pin::pin!(call(tenant)));
    Size { tenant: Open::new(tenant) }.record(5);
    Jobs { tenant: Open::new(tenant) }.set(2);
}

fn install(views: &str) -> Handle {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("views.yaml");
    fs::write(&file, views).unwrap();
    exporter().views(&file).install_recorder().unwrap()
}

fn calls(read: &Exposition, tenant: Option<&str>) -> Option<f64> {
    let labels: Vec<_> = tenant.map(|tenant| ("tenant", tenant)).into_iter().chain([("outcome", "ok")]).collect();
    read.value("summed_total", &labels)
}

#[test]
fn a_sum_keeps_the_counts_of_values_that_left() {
    alone(|| {
        let metrics = install("families: { 'summed*': { drop: [tenant] }, summed_jobs: { combine: sum } }");
        let mut total = 0_u32;
        for round in 0..20_u32 {
            for tenant in 0..=round % 4 {
                for _ in 0..=tenant {
                    update(&format!("{tenant} in {round}"));
                    total += 1;
                }
            }
            let now = read(&metrics);
            let sizes = now.histogram("summed_bytes", &[]);
            assert_eq!(calls(&now, None), Some(f64::from(total)), "in round {round}");
            assert_eq!(now.value("summed_polls_total", &[]), Some(f64::from(total)), "in round {round}");
            assert_eq!(now.histogram("summed_duration_seconds", &[]).count, u64::from(total), "in round {round}");
            assert_eq!((sizes.count, sizes.sum.to_string()), (u64::from(total), (5 * total).to_string()));
            // The values of a gauge leave.
            assert_eq!(now.value("summed_jobs", &[]), Some(f64::from(2 * (1 + round % 4))));
            wait(IDLE);
            let without = read(&metrics);
            assert_eq!(calls(&without, None), Some(f64::from(total)), "after round {round}");
            assert_eq!(without.histogram("summed_bytes", &[]).count, u64::from(total), "after round {round}");
            assert_eq!(without.value("summed_jobs", &[]), None);
        }
    });
}

#[test]
fn a_value_that_returns_is_added_to_what_it_was_before() {
    alone(|| {
        let metrics = install("families: { summed_total: { drop: [tenant] } }");
        for total in [1_u32, 2, 3] {
            update("a");
            assert_eq!(calls(&read(&metrics), None), Some(f64::from(total)));
            // It returns before the next scrape.
            assert!(metrics.retire("summed_total", &[("tenant", "a")]).unwrap());
            thread::sleep(std::time::Duration::from_millis(2));
        }
    });
}

#[test]
fn merged_values_keep_their_counts_and_others_leave() {
    alone(|| {
        let metrics = install("families: { summed_total: { merge: { tenant: { big: [a, b] } } } }");
        for tenant in ["a", "b", "c"] {
            update(tenant);
        }
        let of = |tenant| calls(&read(&metrics), Some(tenant));
        assert_eq!((of("big"), of("c"), of("a")), (Some(2.0), Some(1.0), None));
        wait(IDLE);
        assert_eq!((of("big"), of("c")), (Some(2.0), None));
        update("b");
        assert_eq!((of("big"), of("c")), (Some(3.0), None));
    });
}

#[test]
fn the_rest_of_a_capped_family_keeps_its_counts() {
    alone(|| {
        let metrics = install("families: { summed_total: { drop: [outcome], max_series: 1 } }");
        let mut last = 0.0;
        for round in 0..5 {
            for tenant in ["a", "b", "c"] {
                update(&format!("{tenant} in {round}"));
            }
            let now = read(&metrics);
            let other = now.value("summed_total", &[("tenant", "other")]).unwrap();
            assert!(other >= last, "{other} after {last}");
            last = other;
            wait(IDLE);
            assert_eq!(read(&metrics).value("summed_total", &[("tenant", "other")]), Some(last), "in round {round}");
        }
    });
}

/// Runs `change` on two threads, each with its number, and meanwhile `scrape` again and again on two others, each with a state of its own.
fn while_two_scrape<T: Default>(change: impl Fn(usize) + Sync, scrape: impl Fn(&mut T) + Sync) {
    let running = AtomicUsize::new(2);
    thread::scope(|scope| {
        for thread in 0..2 {
            let (change, running) = (&change, &running);
            scope.spawn(move || {
                change(thread);
                running.fetch_sub(1, Relaxed);
            });
        }
        for _ in 0..2 {
            scope.spawn(|| {
                let mut state = T::default();
                while running.load(Relaxed) > 0 {
                    scrape(&mut state);
                }
            });
        }
    });
}

#[test]
fn a_sum_never_decreases_while_values_come_and_go_between_scrapes() {
    alone(|| {
        let metrics = install("families: { summed_total: { drop: [tenant] } }");
        let come_and_go = |thread| {
            for round in 0..2_000 {
                let tenant = format!("{thread} in {}", round / 3);
                update(&tenant);
                if round % 3 == 2 {
                    metrics.retire("summed_total", &[("tenant", &tenant)]).unwrap();
                }
            }
        };
        while_two_scrape(come_and_go, |last: &mut f64| {
            let now = calls(&read(&metrics), None).unwrap_or(*last);
            assert!(now >= *last, "{now} after {last}");
            *last = now;
        });
    });
}

#[test]
fn values_that_arrive_during_two_scrapes_at_once_are_counted_once() {
    alone(|| {
        let metrics = install("families: { arrivals_total: { drop: [tenant] } }");
        let arrives = |thread| {
            for tenant in 0..1_500 {
                arrive(&format!("{thread} and {tenant}"));
            }
        };
        while_two_scrape(arrives, |(): &mut ()| drop(read(&metrics)));
        assert_eq!(read(&metrics).value("arrivals_total", &[("outcome", "ok")]), Some(3_000.0));
    });
}

/// A reader that waited for another one once presented older values than those of the last exposition, which was taken for a reset: no value expires here.
#[test]
fn values_that_grow_during_four_scrapes_at_once_are_counted_once() {
    alone(|| {
        let metrics = install("families: { grown_total: { drop: [tenant] }, summed_bytes: { drop: [tenant] } }");
        let running = AtomicUsize::new(1);
        let total = 100_000_u32;
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while running.load(Relaxed) > 0 {
                        drop(metrics.render());
                    }
                });
            }
            for _ in 0..total {
                Grown { tenant: Open::new("a") }.increment(1);
                Size { tenant: Open::new("a") }.record(5);
            }
            running.store(0, Relaxed);
        });
        let now = read(&metrics);
        let sizes = now.histogram("summed_bytes", &[]);
        assert_eq!(now.value("grown_total", &[]), Some(f64::from(total)));
        assert_eq!((sizes.count, sizes.sum.to_string()), (u64::from(total), (5 * total).to_string()));
    });
}

fn grow(tenant: &str) {
    Grown { tenant: Open::new(tenant) }.increment(1);
    Jobs { tenant: Open::new(tenant) }.set(2);
}

/// The series of `grown_total` and of `summed_jobs`: tenants with their values.
fn grown(metrics: &Handle) -> [Vec<(String, f64)>; 2] {
    let now = read(metrics);
    ["grown_total", "summed_jobs"].map(|name| {
        let value = |tenant: &str| (tenant.to_owned(), now.expect_value(name, &[("tenant", tenant)]));
        let tenants = now.find(name).map(|_| now.label_values(name, "tenant")).unwrap_or_default();
        tenants.into_iter().map(value).collect()
    })
}

fn rows(expected: &[(&str, f64)]) -> Vec<(String, f64)> {
    expected.iter().map(|(tenant, value)| ((*tenant).to_owned(), *value)).collect()
}

const CAPPED: &str = "families: { grown_total: { max_series: 2 }, summed_jobs: { max_series: 2, combine: sum } }";

/// The slots of expired series stayed taken, so that after some time every value was `other`.
#[test]
fn series_that_expire_leave_their_slots_of_a_capped_family_to_new_ones() {
    alone(|| {
        let metrics = install(CAPPED);
        let mut rest = 0.0;
        for round in 0..5 {
            let tenants = ["a", "b", "c", "d"].map(|tenant| format!("{round} {tenant}"));
            for tenant in &tenants {
                grow(tenant);
            }
            rest += 2.0;
            let [a, b, ..] = &tenants;
            assert_eq!(
                grown(&metrics),
                [rows(&[(a, 1.0), (b, 1.0), ("other", rest)]), rows(&[(a, 2.0), (b, 2.0), ("other", 4.0)])]
            );
            wait(IDLE);
            assert_eq!(grown(&metrics), [rows(&[("other", rest)]), Vec::new()], "after round {round}");
        }
    });
}

#[test]
fn a_series_of_the_rest_stays_there_until_it_expires() {
    alone(|| {
        let metrics = install("families: { grown_total: { max_series: 1 } }");
        let counts = || {
            let [counts, _] = grown(&metrics);
            counts
        };
        let retire = |tenant| assert!(metrics.retire("grown_total", &[("tenant", tenant)]).unwrap());
        grow("a");
        grow("b");
        assert_eq!(counts(), rows(&[("a", 1.0), ("other", 1.0)]));
        retire("a");
        grow("b");
        assert_eq!(counts(), rows(&[("other", 2.0)]));
        // It comes in the same exposition in which another one is gone.
        grow("c");
        assert_eq!(counts(), rows(&[("c", 1.0), ("other", 2.0)]));
        retire("c");
        grow("a");
        assert_eq!(counts(), rows(&[("a", 1.0), ("other", 2.0)]));
        retire("b");
        assert_eq!(counts(), rows(&[("a", 1.0), ("other", 2.0)]));
        grow("b");
        assert_eq!(counts(), rows(&[("a", 1.0), ("other", 3.0)]));
        retire("a");
        retire("b");
        assert_eq!(counts(), rows(&[("other", 3.0)]));
        grow("b");
        assert_eq!(counts(), rows(&[("b", 1.0), ("other", 3.0)]));
    });
}

/// The sums of expired values stayed, although the view shows their label.
#[test]
fn series_expire_if_a_view_drops_another_label() {
    alone(|| {
        let metrics = install("families: { summed_total: { drop: [outcome] } }");
        let of = |tenant| read(&metrics).value("summed_total", &[("tenant", tenant)]);
        update("a");
        wait(IDLE / 2);
        update("b");
        assert_eq!((of("a"), of("b")), (Some(1.0), Some(1.0)));
        wait(IDLE / 2);
        assert_eq!((of("a"), of("b")), (None, Some(1.0)));
        update("a");
        assert_eq!((of("a"), of("b")), (Some(1.0), Some(1.0)));
        wait(IDLE);
        assert_eq!((of("a"), of("b")), (None, None));
    });
}

/// A series that a view shows under its own labels, together with others.
#[test]
fn a_value_that_others_are_merged_into_leaves_its_counts_too() {
    alone(|| {
        let metrics = install("families: { grown_total: { merge: { tenant: { big: [a, b] } } } }");
        grow("big");
        grow("a");
        assert_eq!(grown(&metrics)[0], rows(&[("big", 2.0)]));
        assert!(metrics.retire("grown_total", &[("tenant", "big")]).unwrap());
        assert_eq!(grown(&metrics)[0], rows(&[("big", 2.0)]));
        assert!(metrics.retire("grown_total", &[("tenant", "a")]).unwrap());
        assert_eq!(grown(&metrics)[0], rows(&[("big", 2.0)]));
    });
}

#[test]
fn calls_of_a_capped_family_are_counted_once_while_values_come_and_go() {
    alone(|| {
        let metrics = install("families: { arrivals_total: { drop: [outcome], max_series: 20 } }");
        let come_and_go = |thread| {
            for round in 0..3_000 {
                let tenant = format!("{thread} in {round}");
                arrive(&tenant);
                if round >= 15 {
                    let old = format!("{thread} in {}", round - 15);
                    metrics.retire("arrivals_total", &[("tenant", &old)]).unwrap();
                }
            }
        };
        // The family is there as soon as it has a value.
        arrive("first");
        while_two_scrape(come_and_go, |last: &mut f64| {
            let now = read(&metrics);
            let all = now.label_values("arrivals_total", "tenant");
            assert!(all.len() <= 21, "{all:?}");
            let other = now.value("arrivals_total", &[("tenant", "other")]).unwrap_or(*last);
            assert!((*last..=6_001.0).contains(&other), "{other} after {last}");
            *last = other;
        });
        wait(IDLE);
        let now = read(&metrics);
        let left = now.label_values("arrivals_total", "tenant");
        assert!(left.iter().all(|tenant| *tenant == "other"), "{left:?}");
    });
}
