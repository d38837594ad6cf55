//! The families of the linked program, as far as views have to know them.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::linked::registrations;
use crate::catalog::{Registration, declarations};
use crate::meta::{LabelMeta, Location, MetricMeta, OperationMeta, ValueSet};
use crate::names::{Kind, Never, OWN_METRICS};
use crate::views::model::{Combine, Known};

/// Every family that can have a view: the declared ones and the exporter's own, ordered by name.
pub(super) fn known(default_buckets: &[f64]) -> Vec<Known> {
    let mut all = Families::default();
    for registration in registrations() {
        match registration {
            Registration::Operation(families) => all.add_operation(families.meta(), families.location()),
            Registration::Counter(family) => all.add_metric(family.meta(), None),
            Registration::Gauge(family) => all.add_metric(family.meta(), None),
            Registration::Histogram(family) => all.add_metric(family.meta(), None),
            // Each series is 1, and so is their combination.
            Registration::Info(info) => all.add_metric(info.meta(), Some(Combine::Max)),
            Registration::Site(_) => {}
        }
    }
    for own in OWN_METRICS {
        let buckets = if own.kind == Kind::Histogram { default_buckets } else { &[] };
        let known = all.family(own.name, own.kind, None, buckets);
        known.labels.extend(own.labels.iter().map(|label| ((*label).to_owned(), None)));
    }
    all.0.into_values().collect()
}

/// The labels whose values can expire, by family.
pub(super) type IdleLabels = BTreeMap<&'static str, BTreeSet<&'static str>>;

/// Returns the families with such labels.
pub(super) fn idle_labels() -> IdleLabels {
    let mut all = IdleLabels::new();
    for declaration in declarations().into_iter().filter(|declaration| !declaration.idle.is_empty()) {
        all.entry(declaration.family.name).or_default().extend(declaration.idle.iter().map(|(label, _)| *label));
    }
    all
}

#[derive(Default)]
struct Families(BTreeMap<&'static str, Known>);

impl Families {
    fn family(&mut self, name: &'static str, kind: Kind, combine: Option<Combine>, buckets: &[f64]) -> &mut Known {
        let combine = combine.or((kind != Kind::Gauge).then_some(Combine::Sum));
        self.0.entry(name).or_insert_with(|| Known {
            name: name.to_owned(),
            kind,
            combine,
            labels: BTreeMap::new(),
            buckets: buckets.to_vec(),
        })
    }

    fn add_operation(&mut self, meta: &'static OperationMeta, location: Location) {
        for (role, family) in meta.families {
            let kind = role.kind();
            let buckets = if kind == Kind::Histogram { meta.buckets } else { &[] };
            let known = self.family(family.name, kind, Some(Combine::of(*role)), buckets);
            add_constants(known, &meta.const_labels.labels(location));
            add_labels(
                known,
                meta.labels.iter().enumerate().filter(|(at, _)| family.carries(*at)).map(|(_, label)| label),
            );
            if let Some(own) = meta.own_label(*role, Never::default()) {
                add_values(known, own.name, Some(&own.values));
            }
        }
    }

    fn add_metric(&mut self, meta: &'static MetricMeta, combine: Option<Combine>) {
        let known = self.family(meta.family.name, meta.kind, combine, meta.buckets);
        add_constants(known, meta.const_labels);
        add_labels(known, meta.labels.iter());
    }
}

fn add_constants(known: &mut Known, labels: &[(&'static str, &'static str)]) {
    for (name, value) in labels {
        add_values(known, name, Some(&[value]));
    }
}

fn add_labels(known: &mut Known, labels: impl Iterator<Item = &'static LabelMeta>) {
    for label in labels {
        match label.values {
            ValueSet::Closed(values) => add_values(known, label.name, Some(values)),
            ValueSet::Open { .. } | ValueSet::Inferred => add_values(known, label.name, None),
        }
    }
}

/// Adds values of a label. Several sites may declare a family; a label that is open at one of them may have any value.
fn add_values(known: &mut Known, label: &str, values: Option<&[&str]>) {
    let all = known.labels.entry(label.to_owned()).or_insert_with(|| Some(BTreeSet::new()));
    match (all.as_mut(), values) {
        (Some(all), Some(values)) => all.extend(values.iter().map(|value| (*value).to_owned())),
        _ => *all = None,
    }
}
