//! A declared label and what is known about its values.

use super::message::Message;
use crate::label::ClosedSet;
use crate::names::{DEFAULT_CAP, OutcomeClass};

/// What follows the label's name in the error of a cap without an open label.
const CLOSED: &str = "` has a closed set of values, and `max` is only for open labels; remove `max`";

/// The same for values that expire.
const CLOSED_IDLE: &str = "` has a closed set of values, and `idle` is only for open labels; remove `idle`";

/// A label as declared.
#[derive(Clone, Copy, Debug)]
pub struct LabelMeta {
    /// Its name.
    pub name: &'static str,
    /// What is known about its values.
    pub values: ValueSet,
    /// What each value of a closed set means for a call; empty if the type does not say.
    pub classes: &'static [OutcomeClass],
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
        /// After this number of seconds without a call or an update, a value expires; 0 if it never does.
        idle: usize,
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
                panic!("{}", Message::new().text("`").text(name).text(CLOSED).as_str())
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
        Self { name, values: ValueSet::Open { max, idle: 0 }, classes: &[] }
    }

    /// The same label, whose values expire after this number of seconds without a call.
    ///
    /// # Panics
    /// At compile time, if it has a closed set of values.
    #[must_use]
    #[track_caller]
    pub const fn idle(self, seconds: usize) -> Self {
        match self.values {
            ValueSet::Open { max, .. } => Self { values: ValueSet::Open { max, idle: seconds }, ..self },
            _ => panic!("{}", Message::new().text("`").text(self.name).text(CLOSED_IDLE).as_str()),
        }
    }

    /// The number of values that can have a series, including `other` of an open label; 1 for a set that is not known here.
    pub(super) const fn count(&self) -> usize {
        match self.values {
            ValueSet::Closed(values) => values.len(),
            ValueSet::Open { max, .. } => max.saturating_add(1),
            ValueSet::Inferred => 1,
        }
    }
}
