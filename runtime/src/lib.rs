// The examples of the README need the exporter to compile.
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
mod atomic;
mod call;
mod catalog;
mod clock;
#[cfg(feature = "exemplars")]
mod exemplar;
mod exit;
#[cfg(feature = "exporter")]
mod exporter;
mod facade;
// The tests compile the guides' code elsewhere, with the crates that it uses.
#[cfg(all(doc, not(doctest)))]
pub mod guides;
mod handles;
mod head;
#[cfg(feature = "http")]
pub mod http;
#[cfg_attr(not(feature = "exporter"), allow(dead_code, reason = "values expire in the exporter only"))]
mod idle;
mod label;
#[cfg_attr(
    not(all(feature = "exporter", feature = "testing")),
    allow(dead_code, unused_imports, reason = "each of the two recorders uses a part of it")
)]
mod live;
mod meta;
mod metric;
#[allow(dead_code, unused_imports, reason = "shared with the macros, which use other parts of it")]
mod names;
#[cfg(any(feature = "exporter", feature = "testing"))]
mod payload;
mod recorder;
mod sampling;
mod series;
mod setup;
mod shards;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "exporter")]
mod ticks;
#[cfg(feature = "views")]
mod views;

pub use call::operation::{Classifies, Guard, Operation, StaticOperation};
pub use call::outcome::{Ended, Outcome};
pub use call::returned::OutcomeFrom;
#[cfg(feature = "catalog")]
pub use catalog::catalog;
pub use catalog::{Conflict, Conflicts, Difference, announce, buckets, check_catalog};
#[cfg(any(doc, all(target_family = "wasm", target_os = "unknown")))]
pub use clock::set_clock;
#[cfg(feature = "otlp")]
pub use exporter::Otlp;
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
/// Declares a counter of events other than calls.
///
/// ```
/// use metrics_instrumented::Counter;
///
/// /// Users that were created.
/// #[derive(Counter)]
/// #[counter(name = "created_users_total")]
/// struct CreatedUsers;
///
/// CreatedUsers.increment(1);
/// ```
pub use metrics_instrumented_macros::Counter;
/// Declares a gauge: a value that goes up and down.
///
/// ```
/// use metrics_instrumented::Gauge;
///
/// /// Open connections.
/// #[derive(Gauge)]
/// #[gauge(name = "open_connections")]
/// struct OpenConnections;
///
/// let open = OpenConnections.hold(1); // until `open` is dropped
/// ```
pub use metrics_instrumented_macros::Gauge;
/// Declares a histogram of values other than the duration of calls.
///
/// ```
/// use metrics_instrumented::Histogram;
///
/// /// Size of uploads.
/// #[derive(Histogram)]
/// #[histogram(name = "upload_bytes", buckets = exponential(1024.0, 4.0, 10))]
/// struct Uploaded;
///
/// Uploaded.record(5_000);
/// ```
pub use metrics_instrumented_macros::Histogram;
/// Makes an enum the type of a label.
///
/// ```
/// use metrics_instrumented::{LabelValue, instrumented};
///
/// #[derive(LabelValue)]
/// enum Tier { Gold, Silver }
///
/// #[instrumented(name = "orders", labels(tier))]
/// fn order(tier: Tier) {}
/// ```
pub use metrics_instrumented_macros::LabelValue;
/// Declares an operation: metric families that several functions share.
///
/// ```
/// use metrics_instrumented::{Operation, instrumented};
///
/// /// Backups of volumes.
/// #[derive(Operation)]
/// #[operation(name = "backups")]
/// struct Backup { is_full: bool }
///
/// #[instrumented(Backup { is_full: true })]
/// fn back_up_all() {}
/// ```
pub use metrics_instrumented_macros::Operation;
#[doc = include_str!("../docs/instrumented.md")]
pub use metrics_instrumented_macros::instrumented;
#[doc(inline)]
pub use names::OutcomeClass;
