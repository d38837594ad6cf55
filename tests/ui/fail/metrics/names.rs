//! Names of counters, gauges, histograms and info gauges.

#![allow(unused)]

use metrics_instrumented::{Counter, Gauge, Histogram, build_info};

#[derive(Counter)]
#[counter(name = "events")]
struct CounterWithoutTotal {}

#[derive(Gauge)]
#[gauge(name = "connections_total", namespace = "sh-op")]
struct GaugeWithTotal {}

#[derive(Histogram)]
#[histogram(name = "upload_size")]
struct HistogramWithoutUnit {}

#[derive(Counter)]
struct NoAttribute {}

#[derive(Gauge)]
#[gauge(help = "Connections.")]
struct NoName {}

#[derive(Histogram)]
#[histogram]
struct Word {}

#[derive(Counter)]
#[gauge(name = "connections")]
struct OtherAttribute {}

build_info!("build-info");
build_info!("build_info", le = "1");
build_info!("build_info", a = "1", a = "2");

fn main() {
    CounterWithoutTotal {}.increment(1);
    GaugeWithTotal {}.set(1.0);
    HistogramWithoutUnit {}.record(1.0);
    NoAttribute {}.increment(1);
    NoName {}.set(1.0);
    Word {}.record(1.0);
    OtherAttribute {}.increment(1);
}
