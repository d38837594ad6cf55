//! The counter of values beyond the caps of open labels.

use metrics::{Key, KeyName, Label, Metadata, Recorder, SharedString, Unit};

use super::entry::Entry;
use super::table::{Overflowed, Table};
use crate::facade::LEVEL;
use crate::meta::{LabelMeta, ValueSet};
use crate::names::{LABEL_OVERFLOW, OwnMetric};
use crate::recorder::Found;

/// Counts a value beyond the cap for each of these labels; `family` returns the name of a family with the label at an index.
#[cold]
pub(crate) fn overflow<S: Entry>(
    table: &Table<S>,
    labels: &'static [LabelMeta],
    family: impl Fn(usize) -> &'static str,
    overflowed: Overflowed,
) {
    for (at, label) in labels.iter().enumerate().filter(|(at, _)| overflowed & (1 << at) != 0) {
        let Some(cache) = table.overflow(at) else { continue };
        match cache.get_or_make(|recorder| overflow_counter(recorder, family(at), label.name)) {
            Found::Kept(counter) => counter.increment(1),
            Found::Transient(counter) => counter.increment(1),
        }
    }
}

/// Registers the overflow counter of each open label with a recorder.
pub(crate) fn announce_overflow(
    recorder: &dyn Recorder,
    labels: &'static [LabelMeta],
    family: impl Fn(usize) -> &'static str,
) {
    for (at, label) in labels.iter().enumerate().filter(|(_, label)| matches!(label.values, ValueSet::Open { .. })) {
        drop(overflow_counter(recorder, family(at), label.name));
    }
}

fn overflow_counter(recorder: &dyn Recorder, metric: &'static str, label: &'static str) -> metrics::Counter {
    let OwnMetric { name, help, .. } = LABEL_OVERFLOW;
    recorder.describe_counter(KeyName::from_const_str(name), Some(Unit::Count), SharedString::const_str(help));
    let labels = vec![Label::from_static_parts("metric", metric), Label::from_static_parts("label", label)];
    recorder
        .register_counter(&Key::from_parts(name, labels), &Metadata::new(module_path!(), LEVEL, Some(module_path!())))
}
