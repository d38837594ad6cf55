//! The few words that are spoken with the `metrics` facade.

use metrics::{Key, KeyName, Label, Level, Recorder, SharedString, Unit};

use crate::meta::{Family, LabelMeta};
use crate::names::Kind;

/// The level that every metric here is registered with.
pub(crate) const LEVEL: Level = Level::INFO;

/// The key of a family's series: the fixed labels, those of the declared ones that the family carries, and one more.
pub(crate) fn key(
    family: &Family,
    fixed: &'static [(&'static str, &'static str)],
    labels: &'static [LabelMeta],
    texts: &[&'static str],
    extra: Option<(&'static str, &'static str)>,
) -> Key {
    let carried = labels.iter().zip(texts).enumerate().filter(|(at, _)| family.labels & (1 << at) != 0);
    let all: Vec<Label> = fixed
        .iter()
        .copied()
        .chain(carried.map(|(_, (label, text))| (label.name, *text)))
        .chain(extra)
        .map(|(name, value)| Label::from_static_parts(name, value))
        .collect();
    Key::from_parts(family.name, all)
}

/// Tells a recorder a family's HELP and unit.
pub(crate) fn describe(recorder: &dyn Recorder, kind: Kind, family: &Family, unit: Option<Unit>) {
    let name = KeyName::from_const_str(family.name);
    let help = SharedString::const_str(family.help.text());
    match kind {
        Kind::Counter => recorder.describe_counter(name, unit, help),
        Kind::Gauge => recorder.describe_gauge(name, unit, help),
        Kind::Histogram => recorder.describe_histogram(name, unit, help),
    }
}
