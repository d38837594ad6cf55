//! What a scrape shows of sites that were never called. They are there as long as the program can call them, so something here could.

use std::hint::black_box;

use metrics_instrumented::{Gauge, LabelValue, Operation, instrumented};
use metrics_instrumented_tests::{Calls, Kind, http};

use crate::{address, here, scrape};

metrics_instrumented::build_info!();

#[derive(LabelValue)]
enum Tier {
    Gold,
    Silver,
}

/// Orders that nobody places.
#[instrumented(name = "declared_orders", labels(tier: Tier = tier), buckets = [0.1, 2.0])]
fn place(tier: &Tier) -> Result<(), ()> {
    if tier.index() == 0 { Ok(()) } else { Err(()) }
}

#[instrumented]
#[allow(clippy::unused_async, reason = "an `async fn` is declared, whatever is in it")]
async fn unnamed() {}

/// Uploads that nobody makes.
#[derive(Operation)]
#[operation(name = "declared_uploads", started)]
struct Upload {
    resumed: bool,
}

/// Sessions that nobody opens.
#[derive(Gauge)]
#[gauge(name = "declared_sessions")]
struct Sessions;

/// What would call them.
fn call_all() {
    let _ = place(&Tier::Gold);
    // What only drops the future could not poll it.
    black_box(&unnamed() as &dyn Future<Output = ()>);
    drop(Upload { resumed: true }.start());
    Sessions.set(1);
}

#[test]
fn a_site_that_was_never_called_is_zero_initialised_with_help_type_and_buckets() {
    black_box(call_all as fn());
    let exposition = scrape();
    for tier in [Tier::Gold, Tier::Silver] {
        let labels = here(&[("tier", tier.value())]);
        assert_eq!(Calls::of(&exposition, "declared_orders", &labels), Calls::NONE);
        let durations = exposition.histogram("declared_orders_duration_seconds", &labels);
        assert_eq!(durations.buckets, [(0.1, 0), (2.0, 0), (f64::INFINITY, 0)]);
    }
    for (family, kind) in [
        ("declared_orders_total", Kind::Counter),
        ("declared_orders_duration_seconds", Kind::Histogram),
        ("declared_orders_in_flight", Kind::Gauge),
    ] {
        let family = exposition.family(family);
        assert_eq!((family.kind, family.help.as_deref()), (kind, Some("Orders that nobody places.")));
    }
    let unnamed = here(&[("module", "process_wide::declared"), ("function", "unnamed")]);
    assert_eq!(Calls::of(&exposition, "function_calls", &unnamed), Calls::NONE);
    for resumed in ["false", "true"] {
        let labels = here(&[("resumed", resumed)]);
        assert_eq!(Calls::of(&exposition, "declared_uploads", &labels), Calls::NONE);
        let started: Vec<_> = labels.into_iter().chain([("outcome", "started")]).collect();
        assert_eq!(exposition.value("declared_uploads_total", &started), Some(0.0));
    }
    assert_eq!(exposition.value("declared_sessions", &here(&[])), Some(0.0));
}

#[test]
fn build_info_is_there_from_the_start() {
    let exposition = scrape();
    let info = exposition.family("build_info");
    assert_eq!(info.samples.len(), 1);
    assert!((info.samples[0].value - 1.0).abs() < f64::EPSILON);
    assert_eq!(info.samples[0].labels["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(info.samples[0].labels["zone"], "eu-1");
}

#[test]
fn the_order_of_an_exposition_does_not_change() {
    let url = format!("http://{}/metrics", address());
    let names = || -> Vec<String> {
        let body = http::get(&url).unwrap().body;
        body.lines().filter(|line| line.contains("declared_")).map(str::to_owned).collect()
    };
    assert_eq!(names(), names());
}
