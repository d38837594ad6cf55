//! Metrics that are no calls: counters of events, gauges of state, histograms of sizes, and information that never changes.

mod counter;
mod family;
mod gauge;
mod histogram;
mod info;
mod value;

pub use counter::Counter;
pub use family::MetricFamily;
pub use gauge::{Gauge, GaugeGuard};
pub use histogram::Histogram;
pub use info::{Info, RUST_VERSION, build_fact};
pub use value::Value;
