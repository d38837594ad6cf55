// The front page shows the exporter, so without it there is nothing that its code could be compiled against.
#![cfg_attr(feature = "exporter", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "exporter"),
    doc = "Counters by outcome, duration histograms and in-flight gauges for any function."
)]
#![deny(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod call;
mod catalog;
mod clock;
#[cfg(feature = "exemplars")]
mod exemplar;
mod exit;
#[cfg(feature = "exporter")]
mod exporter;
mod facade;
mod handles;
#[cfg(feature = "http")]
pub mod http;
mod label;
mod meta;
mod metric;
#[allow(dead_code, unused_imports, reason = "shared with the macros, which use other parts of it")]
mod names;
mod recorder;
mod series;
mod setup;
mod shards;
#[cfg(feature = "testing")]
pub mod testing;

pub use call::operation::{Guard, Operation};
pub use call::outcome::{Ended, Outcome};
#[cfg(feature = "catalog")]
pub use catalog::catalog;
pub use catalog::{Conflict, Conflicts, Difference, announce, buckets, check_catalog};
#[cfg(feature = "exporter")]
pub use exporter::{
    Collected, Component, Diagnosis, Error, Exporter, Finding, Handle, Limits, ListenAddress, Recorder, Service,
    ShutdownOnDrop, doctor, exporter, handle,
};
#[cfg(feature = "push")]
pub use exporter::{PushError, PushGateway, Pusher};
pub use label::{LabelValue, Open};
pub use meta::Location;
pub use metric::{Counter, Gauge, GaugeGuard, Histogram, Value};
#[doc = include_str!("../docs/instrumented.md")]
pub use metrics_instrumented_macros::instrumented;
pub use metrics_instrumented_macros::{Counter, Gauge, Histogram, LabelValue, Operation};
pub use names::OutcomeClass;
