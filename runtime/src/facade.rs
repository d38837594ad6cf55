//! Keys and descriptions for the `metrics` facade.

use metrics::{Key, KeyName, Label, Level, Recorder, SharedString, Unit};

use crate::meta::{Family, LabelMeta, ValueSet};
use crate::names::{Kind, Role};

/// The level that every metric here is registered with.
pub(crate) const LEVEL: Level = Level::INFO;

/// The key of a family's series: the constant labels, the declared labels that the family carries, and the operation's own label.
pub(crate) fn key(
    family: &Family,
    const_labels: &[(&'static str, &'static str)],
    labels: &'static [LabelMeta],
    texts: &[SharedString],
    extra: Option<(&'static str, &'static str)>,
) -> Key {
    let mut all = Vec::with_capacity(const_labels.len() + texts.len() + usize::from(extra.is_some()));
    for (name, value) in const_labels {
        all.push(Label::from_static_parts(name, value));
    }
    for (at, (label, text)) in labels.iter().zip(texts).enumerate() {
        if family.carries(at) {
            all.push(Label::new(label.name, text.clone()));
        }
    }
    if let Some((name, value)) = extra {
        all.push(Label::from_static_parts(name, value));
    }
    Key::from_parts(family.name, all)
}

/// Texts that stay, as those of a key.
pub(crate) fn constant(texts: &[&'static str]) -> Vec<SharedString> {
    texts.iter().map(|text| SharedString::const_str(text)).collect()
}

/// The keys of all series that a family can have, with each value of the `extra` label. Empty if a label's values are not known in advance, or if there are
/// more than `limit` keys.
pub(crate) fn known_keys(
    family: &Family,
    const_labels: &[(&'static str, &'static str)],
    labels: &'static [LabelMeta],
    extra: Option<(&'static str, &[&'static str])>,
    limit: usize,
) -> Vec<Key> {
    let limit = limit / extra.map_or(1, |(_, values)| values.len().max(1));
    let combinations = combinations(family, labels, limit).into_iter().flatten();
    combinations
        .flat_map(|texts| {
            let texts = constant(&texts);
            let key = |extra| key(family, const_labels, labels, &texts, extra);
            match extra {
                None => vec![key(None)],
                Some((name, values)) => values.iter().map(|value| key(Some((name, *value)))).collect(),
            }
        })
        .collect()
}

/// The values of every combination of the labels that the family carries, if all of them are known and there are at most `limit` combinations. The value of
/// a label that the family does not carry is empty.
fn combinations(family: &Family, labels: &[LabelMeta], limit: usize) -> Option<Vec<Vec<&'static str>>> {
    // A family without labels has one combination.
    if limit == 0 {
        return None;
    }
    let mut all = vec![Vec::new()];
    for (at, label) in labels.iter().enumerate() {
        let values = match label.values {
            _ if !family.carries(at) => &[""],
            ValueSet::Closed(values) => values,
            ValueSet::Inferred | ValueSet::Open { .. } => return None,
        };
        if all.len().saturating_mul(values.len()) > limit {
            return None;
        }
        all = all.iter().flat_map(|begun| values.iter().map(|value| [begun.as_slice(), &[*value]].concat())).collect();
    }
    Some(all)
}

/// Passes the HELP and unit of an operation's family to a recorder.
pub(crate) fn describe_role(recorder: &dyn Recorder, role: Role, family: &Family) {
    let unit = match role {
        Role::Duration | Role::Oldest | Role::Busy => Unit::Seconds,
        _ => Unit::Count,
    };
    describe(recorder, role.kind(), family, Some(unit));
}

/// Describes a family to a recorder: HELP and unit.
pub(crate) fn describe(recorder: &dyn Recorder, kind: Kind, family: &Family, unit: Option<Unit>) {
    let name = KeyName::from_const_str(family.name);
    let help = SharedString::const_str(family.help.text());
    match kind {
        Kind::Counter => recorder.describe_counter(name, unit, help),
        Kind::Gauge => recorder.describe_gauge(name, unit, help),
        Kind::Histogram => recorder.describe_histogram(name, unit, help),
    }
}
