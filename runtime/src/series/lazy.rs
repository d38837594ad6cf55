//! The series of the call of a future or stream, which begins at the first poll.

use super::families::{Families, Series, UNCOUNTED};
use crate::label::Labels;

/// The series of a call that begins later.
#[derive(Clone, Copy, Debug)]
pub enum LazySeries {
    /// That of an operation without labels. It is looked up when the call begins, so that without a recorder nothing is looked up.
    Only(&'static Families),
    /// That of label values, which may borrow what does not live until then.
    Found(&'static Series),
}

impl Families {
    /// The series of these label values.
    #[inline]
    pub fn series<L: Labels>(&'static self, labels: L) -> LazySeries {
        if L::COUNTS.is_empty() {
            return self.into();
        }
        if let Some(series) = labels.dense(|sets, index| self.dense(sets, index)) {
            return LazySeries::Found(series);
        }
        LazySeries::Found(labels.with(|values| self.valued(values)).unwrap_or(&UNCOUNTED))
    }
}

/// The only series of an operation without labels.
impl From<&'static Families> for LazySeries {
    #[inline]
    fn from(families: &'static Families) -> Self {
        Self::Only(families)
    }
}

impl LazySeries {
    /// Returns the series; `None` if it does not exist yet and this thread is in a set-up.
    pub(crate) fn get(self) -> Option<&'static Series> {
        match self {
            Self::Only(families) => families.unlabelled(),
            Self::Found(series) => Some(series),
        }
    }

    /// Releases the pin of a call that does not begin.
    #[inline]
    pub(crate) fn release(self) {
        if let Self::Found(series) = self {
            series.release();
        }
    }

    /// Adds a pin for another call, and returns the series.
    pub(crate) fn pin_again(self) -> Self {
        if let Self::Found(series) = self {
            series.pin_again();
        }
        self
    }

    /// Whether its values can expire.
    pub(crate) fn is_leased(self) -> bool {
        matches!(self, Self::Found(series) if series.pins().is_some())
    }
}
