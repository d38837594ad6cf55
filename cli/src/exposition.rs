//! What a target serves, parsed: the Prometheus text format and `OpenMetrics`, with the line of everything, and `PrometheusProto`.
//!
//! Our own parser, because the published ones drop the line numbers that findings need, and stop at the first mistake.

mod line;
pub(crate) mod model;
pub(crate) mod parse;
pub(crate) mod protobuf;
