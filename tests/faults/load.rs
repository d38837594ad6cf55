//! Scrapes without end, while everything is busy, and collectors that hang.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use metrics_instrumented::exporter;
use metrics_instrumented_tests::{Calls, Exposition, alone, http};

use crate::{LONG, Served, order};

#[test]
fn a_storm_of_scrapes_during_load_loses_nothing() {
    alone(|| {
        let handle = exporter().listen("127.0.0.1:0").install().unwrap();
        let address = handle.local_addr().unwrap();
        let stop = AtomicBool::new(false);
        let scrapes = AtomicU64::new(0);
        let orders: Vec<u64> = thread::scope(|scope| {
            let load: Vec<_> = (0..2)
                .map(|_| {
                    scope.spawn(|| {
                        let mut orders = 0;
                        while !stop.load(Relaxed) {
                            order(orders % 4 == 0).unwrap_or_default();
                            orders += 1;
                        }
                        orders
                    })
                })
                .collect();
            let storm: Vec<_> = (0..100)
                .map(|_| {
                    scope.spawn(|| {
                        let mut last = 0.0;
                        while !stop.load(Relaxed) {
                            // The families of a call are read one after the other, while calls go on.
                            let exposition = http::scrape(address);
                            let ok = exposition.expect_value("faults_orders_total", &[("outcome", "ok")]);
                            assert!(ok >= last, "{ok} after {last}");
                            last = ok;
                            scrapes.fetch_add(1, Relaxed);
                        }
                    })
                })
                .collect();
            thread::sleep(Duration::from_secs(2));
            stop.store(true, Relaxed);
            for scraper in storm {
                scraper.join().unwrap();
            }
            load.into_iter().map(|load| load.join().unwrap()).collect()
        });
        assert!(scrapes.into_inner() >= 100);
        let errors = orders.iter().map(|orders| orders.div_ceil(4)).sum();
        let expected = Calls { ok: orders.iter().sum::<u64>() - errors, error: errors, ..Calls::NONE };
        assert_eq!(Calls::of(&http::scrape(address), "faults_orders", &[]), expected);
    });
}

#[test]
fn a_collector_that_hangs_holds_up_a_storm_once_and_not_every_scrape() {
    let (_go_on, may_go_on) = mpsc::channel::<()>();
    let may_go_on = Mutex::new(may_go_on);
    let limit = Duration::from_secs(2);
    let hangs = move || may_go_on.lock().unwrap().recv().unwrap_or_default();
    let mut served = Served::new(exporter().collector("hangs", limit, hangs));
    let begun = Instant::now();
    thread::scope(|scope| {
        for _ in 0..50 {
            scope.spawn(|| {
                let exposition = http::scrape(served.address);
                let up = exposition.value("metrics_instrumented_collector_up", &[("collector", "hangs")]);
                assert_eq!(up, Some(0.0));
            });
        }
    });
    assert!(begun.elapsed() < limit * 20, "{:?}", begun.elapsed());
    served.is_right();
}

#[test]
fn concurrent_requests_share_few_renderings() {
    let renderings = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&renderings);
    let collect = move || {
        count.fetch_add(1, Relaxed);
        thread::sleep(Duration::from_millis(300));
    };
    let mut served = Served::new(exporter().collector("slow", LONG, collect));
    // All requests are on their way before an answer is read.
    let mut streams: Vec<_> = (0..60).map(|_| served.connect()).collect();
    for stream in &mut streams {
        stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    }
    for mut stream in streams {
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        Exposition::parse(text.split_once("\r\n\r\n").expect("a head").1).unwrap();
    }
    assert!(renderings.load(Relaxed) < 20, "{} renderings", renderings.load(Relaxed));
    served.is_right();
}

#[test]
fn the_response_contains_everything_recorded_before_the_request() {
    let served = Served::new(exporter());
    let orders = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..30 {
                    metrics::with_local_recorder(&served.recorder, || order(false)).unwrap();
                    let at_least = orders.fetch_add(1, Relaxed) + 1;
                    let ok = http::scrape(served.address).expect_value("faults_orders_total", &[("outcome", "ok")]);
                    assert!(ok >= f64::from(at_least), "{ok}, {at_least} before the request");
                }
            });
        }
    });
}
