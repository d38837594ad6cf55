//! A declared label and what is known about its values.

use super::message::Message;
use crate::names::DEFAULT_CAP;

/// What follows the label's name in the error of a cap without an open label.
const CLOSED: &str = "` has a closed set of values, and `max` is only for open labels; remove `max`";

/// A label as declared.
#[derive(Clone, Copy, Debug)]
pub struct LabelMeta {
    /// Its name.
    pub name: &'static str,
    /// What is known about its values.
    pub values: ValueSet,
}

/// What is known about a label's values before the first call.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub enum ValueSet {
    /// All values.
    Closed(&'static [&'static str]),
    /// A closed set whose type is inferred.
    Inferred,
    /// Any string.
    Open {
        /// The cap: how many values get series of their own.
        max: usize,
    },
}

impl LabelMeta {
    /// A label with a type: a closed set of values, or an open label with a cap.
    ///
    /// # Panics
    /// At compile time, if a closed set is given a cap.
    #[must_use]
    #[track_caller]
    pub const fn typed(name: &'static str, values: Option<&'static [&'static str]>, max: Option<usize>) -> Self {
        let values = match (values, max) {
            (Some(values), None) => ValueSet::Closed(values),
            (Some(_), Some(_)) => {
                panic!("{}", Message::new().text("`").text(name).text(CLOSED).as_str())
            }
            (None, Some(max)) => ValueSet::Open { max },
            (None, None) => ValueSet::Open { max: DEFAULT_CAP },
        };
        Self { name, values }
    }

    /// A label whose type is inferred.
    #[must_use]
    pub const fn untyped(name: &'static str) -> Self {
        Self { name, values: ValueSet::Inferred }
    }

    /// An open label.
    #[must_use]
    pub const fn open(name: &'static str, max: usize) -> Self {
        Self { name, values: ValueSet::Open { max } }
    }

    /// The number of values that can have a series, including `other` of an open label; 1 for a set that is not known here.
    pub(super) const fn count(&self) -> usize {
        match self.values {
            ValueSet::Closed(values) => values.len(),
            ValueSet::Open { max } => max.saturating_add(1),
            ValueSet::Inferred => 1,
        }
    }
}
