//! The classes of an outcome's values.

use super::model::Outcome;
use crate::names::OutcomeClass;

impl Outcome {
    /// Returns the values with their classes.
    pub(crate) fn classes(&self) -> impl Iterator<Item = (&String, OutcomeClass)> {
        let Self { ok, error, ignored, unknown, .. } = self;
        let classes = [OutcomeClass::Ok, OutcomeClass::Error, OutcomeClass::Ignored, OutcomeClass::Unknown];
        let lists = [ok, error, ignored, unknown].into_iter().zip(classes);
        lists.flat_map(|(values, class)| values.iter().map(move |value| (value, class)))
    }

    /// Returns the values whose class is known.
    pub(super) fn classified(&self) -> impl Iterator<Item = (&String, OutcomeClass)> {
        self.classes().filter(|(_, class)| *class != OutcomeClass::Unknown)
    }
}
