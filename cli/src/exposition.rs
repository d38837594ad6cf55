//! Parses expositions: the Prometheus text format and `OpenMetrics`, with line numbers.
//!
//! Published parsers do not return the line numbers that findings need, and stop at the first error.

mod line;
pub(crate) mod model;
pub(crate) mod parse;
