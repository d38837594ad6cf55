//! `Option<T>` as a label: the values of `T`, and `none`.

use super::closed::LabelValue;
use crate::names::OutcomeClass;

/// The maximum number of values of `T`. On stable Rust, the length of an array cannot depend on a type parameter, so the values are collected in an array of
/// this length.
const LONGEST: usize = 255;

impl<T: LabelValue> LabelValue for Option<T> {
    const VALUES: &'static [&'static str] = Gathered::<T>::ALL.split_at(T::VALUES.len() + 1).0;

    const CLASSES: &'static [OutcomeClass] =
        if T::CLASSES.is_empty() { &[] } else { Gathered::<T>::ALL_CLASSES.split_at(T::VALUES.len() + 1).0 };

    fn index(&self) -> usize {
        self.as_ref().map_or(T::VALUES.len(), T::index)
    }
}

struct Gathered<T>(T);

impl<T: LabelValue> Gathered<T> {
    const ALL: &'static [&'static str] = &Self::BUFFER;

    const ALL_CLASSES: &'static [OutcomeClass] = &Self::CLASSES;

    /// The class of `none` is unknown.
    const CLASSES: [OutcomeClass; LONGEST + 1] = {
        let mut buffer = [OutcomeClass::Unknown; LONGEST + 1];
        let mut at = 0;
        while at < T::CLASSES.len() {
            buffer[at] = T::CLASSES[at];
            at += 1;
        }
        buffer
    };

    const BUFFER: [&'static str; LONGEST + 1] = {
        assert!(
            T::VALUES.len() <= LONGEST,
            "an `Option` around more than 255 label values is not supported; add a variant instead"
        );
        let mut buffer = ["none"; LONGEST + 1];
        let mut at = 0;
        while at < T::VALUES.len() {
            buffer[at] = T::VALUES[at];
            at += 1;
        }
        buffer
    };
}
