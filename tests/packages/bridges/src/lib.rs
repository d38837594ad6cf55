//! One program through the exporters of other crates: it prints which of its metrics arrive at the other end. Each exporter has a program of its own, so
//! that the doctor sees no other one in the executable.

#![forbid(unsafe_code)]
#![deny(warnings)]

pub mod datagrams;
pub mod otel;
pub mod prometheus_text;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use metrics_instrumented::{Finding, Gauge, doctor, instrumented};

/// The other end of an exporter.
pub trait Backend {
    /// Everything that has arrived until now.
    fn arrived(&mut self) -> BTreeMap<String, Family>;
}

/// What has arrived of a family.
#[derive(Debug, Default)]
pub struct Family {
    pub help: Option<String>,
    pub unit: Option<String>,
    /// The bounds of the buckets, without `+Inf`.
    pub bounds: Option<Vec<f64>>,
    /// Values by their labels.
    pub series: BTreeMap<Vec<(String, String)>, f64>,
    pub observations: u64,
}

const BOUNDS: [f64; 2] = [0.5, 2.0];

/// Orders of customers.
#[instrumented(name = "bridge_orders", buckets = &BOUNDS)]
fn order(result: Result<(), ()>, inside: &mut dyn FnMut()) -> Result<(), ()> {
    inside();
    result
}

#[instrumented(in_flight = "bridge_shared", only(in_flight))]
fn first(inside: &mut dyn FnMut()) {
    inside();
}

#[instrumented(in_flight = "bridge_shared", only(in_flight))]
fn second(inside: &mut dyn FnMut()) {
    inside();
}

/// A level.
#[derive(Gauge)]
#[gauge(name = "bridge_level")]
struct Level;

/// Runs the program, whose recorder is installed, and prints what arrived.
pub fn run(backend: &mut dyn Backend) {
    metrics::with_recorder(|recorder| metrics_instrumented::announce(recorder));
    let before = backend.arrived();
    let zero = value(&before, "bridge_orders_total", &[("outcome", "error")]) == Some(0.0)
        && value(&before, "bridge_orders_in_flight", &[]) == Some(0.0);

    let mut during = BTreeMap::new();
    let _ = order(Ok(()), &mut || _ = order(Ok(()), &mut || during = backend.arrived()));
    let _ = order(Err(()), &mut || ());
    let panicked = catch_unwind(AssertUnwindSafe(|| order(Ok(()), &mut || std::panic::resume_unwind(Box::new(())))));
    assert!(panicked.is_err());
    let mut shared_during = BTreeMap::new();
    first(&mut || second(&mut || shared_during = backend.arrived()));
    Level.set(3.5);

    let after = backend.arrived();
    let outcomes =
        ["ok", "error", "panic"].map(|outcome| value(&after, "bridge_orders_total", &[("outcome", outcome)]));
    let durations = after.get("bridge_orders_duration_seconds");
    let gauge =
        |during, after| (value(during, "bridge_orders_in_flight", &[]), value(after, "bridge_orders_in_flight", &[]));
    let in_flight = gauge(&during, &after);
    let shared = (value(&shared_during, "bridge_shared", &[]), value(&after, "bridge_shared", &[]));
    for (fact, is_so) in [
        ("counters", outcomes == [Some(2.0), Some(1.0), Some(1.0)]),
        ("durations", durations.is_some_and(|family| family.observations == 4)),
        ("bucket bounds", durations.is_some_and(|family| family.bounds.as_deref() == Some(&BOUNDS[..]))),
        ("set gauges", value(&after, "bridge_level", &[]) == Some(3.5)),
        ("incremented gauges", in_flight == (Some(2.0), Some(0.0))),
        ("shared gauges", shared == (Some(2.0), Some(0.0))),
        ("zero series", zero),
        (
            "HELP",
            help(&after, "bridge_level") == Some("A level.")
                && help(&after, "bridge_orders_total") == Some("Orders of customers."),
        ),
        ("unit", durations.is_some_and(|family| family.unit.is_some())),
        ("doctor", doctor().findings().iter().any(|finding| matches!(finding, Finding::GaugeChangesLost { .. }))),
    ] {
        println!("{fact}: {}", if is_so { "yes" } else { "no" });
    }
}

fn value(arrived: &BTreeMap<String, Family>, family: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let labels: Vec<_> = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    arrived.get(family)?.series.get(&labels).copied()
}

fn help<'a>(arrived: &'a BTreeMap<String, Family>, family: &str) -> Option<&'a str> {
    arrived.get(family)?.help.as_deref()
}
