//! The values of `#[label(transparent)]` variants, concatenated at compile time.

use crate::names::OutcomeClass;

/// Concatenates sets of values.
#[must_use]
pub const fn concat<const N: usize>(parts: &[&[&'static str]]) -> [&'static str; N] {
    let mut all = [""; N];
    let mut next = 0;
    let mut part = 0;
    while part < parts.len() {
        let mut at = 0;
        while at < parts[part].len() {
            all[next] = parts[part][at];
            next += 1;
            at += 1;
        }
        part += 1;
    }
    all
}

/// Concatenates the outcome classes of sets of values. Each part is the set's classes, the class of values without one, and the number of values.
#[must_use]
pub const fn concat_classes<const N: usize>(parts: &[(&[OutcomeClass], OutcomeClass, usize)]) -> [OutcomeClass; N] {
    let mut all = [OutcomeClass::Unknown; N];
    let mut next = 0;
    let mut part = 0;
    while part < parts.len() {
        let (classes, others, values) = parts[part];
        let mut at = 0;
        while at < values {
            all[next] = if at < classes.len() { classes[at] } else { others };
            next += 1;
            at += 1;
        }
        part += 1;
    }
    all
}
