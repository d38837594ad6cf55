#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod catalog;
mod clock;
#[cfg(feature = "exporter")]
mod exporter;
mod facade;
mod label;
mod meta;
mod metric;
#[allow(dead_code, reason = "shared with the macros, which use other parts of it")]
mod names;
mod operation;
mod recorder;
mod table;
#[cfg(feature = "testing")]
pub mod testing;

pub use catalog::{Conflict, Conflicts, Difference, announce, buckets, check_catalog};
#[cfg(feature = "exporter")]
pub use exporter::{Error, Exporter, Handle, Recorder, exporter, handle};
pub use label::{LabelValue, Open};
pub use meta::Place;
pub use metric::{Counter, Gauge, GaugeGuard, Histogram};
pub use metrics_instrumented_macros::{Counter, Gauge, Histogram, LabelValue, Operation, instrumented};
pub use operation::{Ended, Guard, Operation, Outcome};
