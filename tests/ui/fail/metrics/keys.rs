//! Keys that counters, gauges and histograms do not have.

#![allow(unused)]

use metrics_instrumented::{Counter, Gauge, Histogram};

#[derive(Counter)]
#[counter(name = "events_total", calls = "x_total", outcome(label = "status"), labels(a), buckets = [1.0], started, only(calls))]
struct OfOperations {}

#[derive(Gauge)]
#[gauge(name = "connections", description = "Connections.", prefix = "shop", lables = 1, colour = "red", unit = "seconds")]
struct Unknown {}

#[derive(Histogram)]
#[histogram(name = "sizes_bytes", bucket = [1.0], bounds = [1.0], max_series = 0)]
struct NearlyKnown {}

#[derive(Counter)]
#[counter(name = "visits_total", max_series = "many", crate = "metrics_instrumented", name = "visits_total")]
struct Values {}

#[derive(Gauge)]
#[gauge(name = "tuples")]
struct Tuple(bool);

#[derive(Histogram)]
#[histogram(name = "enums_seconds")]
enum Enum {}

#[derive(Counter)]
#[counter(name = "generics_total")]
struct Generic<T>(T);

fn main() {
    OfOperations {}.increment(1);
    Unknown {}.set(1.0);
    NearlyKnown {}.record(1.0);
    Values {}.increment(1);
    Tuple(true).set(1.0);
    let _: fn(Enum) = |never| never.record(1.0);
    Generic(1).increment(1);
}
