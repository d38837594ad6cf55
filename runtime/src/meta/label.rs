//! A declared label and what is known of its values.

use crate::label::ClosedSet;
use crate::names::{DEFAULT_CAP, OutcomeClass};

/// A label as declared.
#[derive(Clone, Copy, Debug)]
pub struct LabelMeta {
    /// Its name.
    pub name: &'static str,
    /// What is known of its values.
    pub values: ValueSet,
    /// What each value of a closed set means for a call; empty if the type does not say.
    pub classes: &'static [OutcomeClass],
}

/// What is known of a label's values before the first call.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub enum ValueSet {
    /// All of them.
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
    pub const fn typed(name: &'static str, values: Option<ClosedSet>, max: Option<usize>) -> Self {
        let (values, classes) = match (values, max) {
            (Some(ClosedSet { values, classes }), None) => (ValueSet::Closed(values), classes),
            (Some(_), Some(_)) => {
                panic!("`max` is the cap of an open label, and this label has a closed set of values; remove it")
            }
            (None, Some(max)) => return Self::open(name, max),
            (None, None) => return Self::open(name, DEFAULT_CAP),
        };
        Self { name, values, classes }
    }

    /// A label whose type is inferred.
    #[must_use]
    pub const fn untyped(name: &'static str) -> Self {
        Self { name, values: ValueSet::Inferred, classes: &[] }
    }

    /// An open label.
    #[must_use]
    pub const fn open(name: &'static str, max: usize) -> Self {
        Self { name, values: ValueSet::Open { max }, classes: &[] }
    }

    /// How many values can get a series, `other` of an open label included; 1 for a set that is not known here.
    pub(super) const fn count(&self) -> usize {
        match self.values {
            ValueSet::Closed(values) => values.len(),
            ValueSet::Open { max } => max.saturating_add(1),
            ValueSet::Inferred => 1,
        }
    }
}
