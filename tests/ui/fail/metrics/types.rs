//! A metric that was not declared, and methods of another kind.

#![allow(unused)]

use metrics_instrumented::{Counter, Gauge, GaugeGuard, Histogram};

struct Undeclared {}

#[derive(Counter)]
#[counter(name = "events_total")]
struct Events {}

fn count(counter: impl Counter) {
    counter.increment(1);
}

fn set(gauge: &impl Gauge) -> GaugeGuard {
    gauge.hold(1.0)
}

fn record(histogram: impl Histogram) {
    histogram.record(1.0);
}

fn main() {
    count(Undeclared {});
    let _ = set(&Events {});
    record(Events {});
    Events {}.increment(-1);
}
