//! Parses what a target serves: the Prometheus text format and `OpenMetrics`, with the line of everything, and `PrometheusProto`.
//!
//! Published parsers do not return the line numbers that findings need, and stop at the first error.

mod line;
pub(crate) mod model;
pub(crate) mod parse;
pub(crate) mod protobuf;
pub(crate) mod target;
