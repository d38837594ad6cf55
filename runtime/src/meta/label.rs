//! A declared label and what is known of its values.

use crate::names::DEFAULT_CAP;

/// A label as declared.
#[derive(Clone, Copy, Debug)]
pub struct LabelMeta {
    /// Its name.
    pub name: &'static str,
    /// What is known of its values.
    pub values: ValueSet,
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
    pub const fn typed(name: &'static str, values: Option<&'static [&'static str]>, max: Option<usize>) -> Self {
        let values = match (values, max) {
            (Some(values), None) => ValueSet::Closed(values),
            (Some(_), Some(_)) => {
                panic!("`max` is the cap of an open label, and this label has a closed set of values; remove it")
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

    /// How many values can get a series, `other` of an open label included; 1 for a set that is not known here.
    pub(super) const fn count(&self) -> usize {
        match self.values {
            ValueSet::Closed(values) => values.len(),
            ValueSet::Open { max } => max.saturating_add(1),
            ValueSet::Inferred => 1,
        }
    }
}
