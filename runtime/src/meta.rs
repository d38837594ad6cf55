//! `const` descriptions of metrics: generated code builds them at compile time, and everything else reads them.
//!
//! ```text
//! OperationMeta ── families ──> (Role, Family)*      the families, each with a name, a HELP and some of the labels
//!       ├──────── labels ────> LabelMeta*            labels with a value for each call, and what is known about their values
//!       ├──────── outcome ───> OutcomeMeta           the outcomes of calls, and their classes
//!       └──────── errors ────> ErrorKinds            the label of the counter of errors by kind
//! MetricMeta ──── family, labels                     a counter, gauge or histogram outside an operation
//! Location                                           the location of a declaration
//! ```
//!
//! An operation's families are a slice with a [`Role`](crate::names::Role) each: code that treats all families alike iterates over it, and
//! code that records one of them looks up its role. Fields are public because generated code in users' crates builds these types; none of it is public API.

mod const_labels;
mod family;
mod label;
mod limits;
mod location;
pub(crate) mod message;
mod metric;
mod native;
mod objective;
mod operation;
mod outcome;

pub use const_labels::ConstLabels;
pub use family::{Family, Help};
pub use label::{LabelMeta, ValueSet};
pub use limits::{bounds, check_inferred};
pub use location::{Location, location};
pub use metric::MetricMeta;
pub use native::Native;
pub use objective::Objective;
pub use operation::OperationMeta;
pub(crate) use operation::OwnLabel;
pub use outcome::{ErrorKinds, OutcomeMeta};
