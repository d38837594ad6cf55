//! A declaration of the linked program.

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
    /// The function's location, in the form that `Location::parse` reads, followed by the name of the operation's type.
    pub location: &'static str,
}
