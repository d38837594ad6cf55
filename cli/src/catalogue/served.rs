//! How many series of a family a process serves, and which of them from its start.

use super::model::{Family, Kind, LabelValues};
use crate::names::ZERO_SERIES_LIMIT;

impl Family {
    /// Returns whether the exporter serves all its series from the start, at zero.
    pub(crate) fn is_zero_initialised(&self) -> bool {
        self.is_zero_initialised_within(ZERO_SERIES_LIMIT as u64)
    }

    /// Returns the same for an exporter that initialises this number of series of a family.
    pub(crate) fn is_zero_initialised_within(&self, limit: u64) -> bool {
        self.kind == Kind::Info
            || (!self.hides_empty
                && self.labels.iter().all(|label| matches!(label.values, LabelValues::Listed(_)))
                && self.label_sets().is_some_and(|sets| sets <= limit))
    }

    /// Returns the maximum number of combinations of its labels in one process, if it is known.
    pub(crate) fn label_sets(&self) -> Option<u64> {
        self.series.map(|series| series / self.lines())
    }

    /// Returns the number of lines of one combination in the text format.
    pub(crate) fn lines(&self) -> u64 {
        if self.kind == Kind::Histogram { self.buckets.len() as u64 + 3 } else { 1 }
    }
}
