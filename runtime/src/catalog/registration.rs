//! A declaration as it is found in the linked program.

use crate::metric::{Info, MetricFamily};
use crate::series::families::Families;

/// One declaration, known before `main`.
#[derive(Clone, Copy, Debug)]
pub enum Registration {
    /// An operation, inline or derived.
    Operation(&'static Families),
    /// A function that counts under an operation declared elsewhere.
    Site(&'static Site),
    /// A counter.
    Counter(&'static MetricFamily<metrics::Counter>),
    /// A gauge.
    Gauge(&'static MetricFamily<metrics::Gauge>),
    /// A histogram.
    Histogram(&'static MetricFamily<metrics::Histogram>),
    /// An info gauge.
    Info(&'static Info),
}

/// A function that counts under an operation declared elsewhere.
#[derive(Debug)]
pub struct Site {
    /// Where the function is, as `Location::parse` reads it, and after that the name of the operation's type.
    pub location: &'static str,
}
