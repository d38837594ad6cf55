//! A counter, gauge or histogram that does not belong to an operation.

use super::family::Family;
use super::label::LabelMeta;
use super::limits::check_series;
use super::native::Native;
use crate::names::Kind;

/// A metric family outside an operation.
#[derive(Clone, Copy, Debug)]
pub struct MetricMeta {
    /// The location of the declaration, in the form that `Location::parse` reads.
    pub location: &'static str,
    /// The kind.
    pub kind: Kind,
    /// The family.
    pub family: Family,
    /// Labels with one value for all series, such as `version` of `build_info`.
    pub const_labels: &'static [(&'static str, &'static str)],
    /// Its labels.
    pub labels: &'static [LabelMeta],
    /// The bucket bounds of a histogram.
    pub buckets: &'static [f64],
    /// The native buckets of a histogram.
    pub native: Option<&'static Native>,
    /// The maximum number of series.
    pub max_series: usize,
}

impl MetricMeta {
    /// Checks what the macros cannot see, as [`OperationMeta::checked`](super::OperationMeta::checked) does.
    ///
    /// # Panics
    /// At compile time, if there may be more than `max_series` series.
    #[must_use]
    #[track_caller]
    pub const fn checked(self) -> Self {
        check_series(&self.family, self.labels, ("", 1), self.max_series);
        self
    }
}
