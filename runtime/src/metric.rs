//! Metrics that are not about calls: counters of events, gauges of state, histograms of sizes, and info gauges.

mod counter;
mod family;
mod gauge;
mod handle;
mod histogram;
mod info;
mod leased;
mod pin;
mod value;

pub use counter::Counter;
pub use family::MetricFamily;
pub use gauge::{Gauge, GaugeGuard};
pub use histogram::Histogram;
pub use info::{Info, RUST_VERSION, build_fact};
pub use pin::MetricHandle;
pub use value::Value;
