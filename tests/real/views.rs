//! The real Prometheus computes the same before and after a file of views drops a label, merges values and leaves out buckets.

#![allow(clippy::float_cmp, reason = "counts are exact")]

use std::fs;
use std::time::Duration;

use metrics_instrumented::{exporter, instrumented};
use metrics_instrumented_test_support::prometheus::{Prometheus, Tool};
use metrics_instrumented_tests::eventually;
use serde_json::json;

use crate::{LONG, configuration, job, on_each};

/// Loads.
#[instrumented(name = "real_views", labels(route = open(route, max = 20), cold: bool = cold), buckets = [0.001, 0.01, 0.1, 1])]
fn load(route: &str, cold: bool, fails: bool) -> Result<(), ()> {
    if cold && route == "/a" {
        std::thread::sleep(Duration::from_millis(15));
    }
    if fails { Err(()) } else { Ok(()) }
}

fn record() {
    for (at, route) in ["/a", "/b", "/c", "/d"].into_iter().enumerate() {
        for call in 0..10 * (at + 1) {
            let _ = load(route, call % 3 == 0, call % 4 == 0);
        }
    }
}

/// What does not need what the views remove.
const SAME: [&str; 8] = [
    "sum(real_views_total)",
    "sum(real_views_total{outcome='error'})",
    "sum(real_views_total{cold='true'})",
    "sum(real_views_duration_seconds_count)",
    "sum(real_views_duration_seconds_sum)",
    "sum(real_views_duration_seconds_bucket{le='0.01'})",
    "sum(real_views_duration_seconds_count{cold='true'})",
    "sum(real_views_in_flight)",
];

#[test]
fn sums_are_the_same_before_and_after_a_label_is_merged() {
    on_each(sums_are_the_same);
}

fn sums_are_the_same(program: Tool) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("views.yaml");
    fs::write(&file, "families: {}").unwrap();
    let recorder = exporter().views(&file).build().unwrap();
    metrics::with_local_recorder(&recorder, record);
    let address = recorder.handle().listen("127.0.0.1:0").unwrap();
    let prometheus = Prometheus::start_program(program, &configuration(&[job("viewed", address, json!({}))]), &[]);
    let ask = || SAME.map(|query| prometheus.value(query).unwrap_or_else(|| panic!("nothing for {query}")));
    // Sums of seconds are rounded by the order of additions.
    let assert_same = |after: [f64; SAME.len()], before: [f64; SAME.len()]| {
        for ((after, before), query) in after.iter().zip(before).zip(SAME) {
            assert!((after - before).abs() < 1e-9, "{query}: {after}, before {before}");
        }
    };
    let count = |query: &str| prometheus.value(&format!("count({query}) or vector(0)"));

    eventually(LONG, || (count("real_views_total") > Some(0.0)).then_some(()));
    let before = ask();
    assert!(before[0] == 100.0 && before[1] > 0.0 && before[4] >= 0.06 && before[5] < before[3], "{before:?}");

    let merge = "families:\n  'real_views*': { merge: { route: { most: [/b, /c, /d] } } }\n";
    fs::write(&file, merge).unwrap();
    eventually(LONG, || (count("real_views_total{route='/b'}") == Some(0.0)).then_some(()));
    assert_eq!(count("count by (route) (real_views_total)"), Some(2.0));
    assert_same(ask(), before);

    let drop = "families:\n  'real_views*': { drop: [route] }\n  'real_views_d*': { buckets: [0.01] }\n";
    fs::write(&file, drop).unwrap();
    eventually(LONG, || (count("real_views_total{route!=''}") == Some(0.0)).then_some(()));
    assert_eq!(count("count by (le) (real_views_duration_seconds_bucket)"), Some(2.0));
    assert_same(ask(), before);
}
