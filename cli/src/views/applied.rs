//! The catalogue as views expose it.

use std::collections::BTreeMap;

use metrics_instrumented_shared::views::model::View;

use crate::catalogue::merge::series;
use crate::catalogue::{Catalogue, Family, Label, LabelValues, Operation};
use crate::names::{OTHER, Role};

/// Returns the catalogue as the views expose it.
pub(super) fn applied(views: &BTreeMap<String, View>, mut catalogue: Catalogue) -> Catalogue {
    let is_muted = |family: &str| views.get(family).is_some_and(|view| view.is_muted);
    for operation in &mut catalogue.operations {
        if let Some(view) = operation.family(Role::Calls).and_then(|calls| views.get(calls)) {
            apply_to_outcome(view, operation);
        }
        operation.families.retain(|_, family| !is_muted(family));
    }
    catalogue.operations.retain(|operation| !operation.families.is_empty());
    catalogue.families.retain(|family| !is_muted(&family.name));
    for family in &mut catalogue.families {
        if let Some(view) = views.get(&family.name) {
            apply(view, family);
        }
    }
    catalogue
}

fn apply(view: &View, family: &mut Family) {
    let sets = sets(view, family);
    family.labels = labels(view, family);
    let most = view.max_series.map(|most| most as u64).filter(|most| exceeds(sets, *most));
    if most.is_some() {
        for label in &mut family.labels {
            if let LabelValues::Listed(values) = &mut label.values
                && !values.iter().any(|value| value == OTHER)
            {
                values.push(OTHER.to_owned());
            }
        }
    }
    if let Some(buckets) = &view.buckets {
        family.buckets.clone_from(buckets);
    }
    // Beyond the cap there is one series more: `other`.
    let sets = most.map(|most| most + 1).or(sets);
    family.series = sets.map(|sets| sets.saturating_mul(family.lines()));
}

/// Whether this number of series, if it is known, is above a limit.
pub(super) fn exceeds(sets: Option<u64>, most: u64) -> bool {
    sets.is_none_or(|sets| sets > most)
}

/// The number of series of a declared family, a histogram counted once, after labels are dropped and values merged; `None` if it is unknown.
pub(super) fn sets(view: &View, family: &Family) -> Option<u64> {
    series(&labels(view, family)).into_iter().chain(family.label_sets()).min()
}

/// The labels that are not dropped, with merged values.
fn labels(view: &View, family: &Family) -> Vec<Label> {
    let kept = family.labels.iter().filter(|label| !view.dropped.contains(&label.name));
    let mut labels: Vec<Label> = kept.cloned().collect();
    for label in &mut labels {
        if let LabelValues::Listed(values) = &mut label.values {
            *values = merged(view, &label.name, values);
        }
    }
    labels
}

fn merged(view: &View, label: &str, values: &[String]) -> Vec<String> {
    let mut shown: Vec<String> = Vec::new();
    for value in values.iter().filter_map(|value| view.value(label, value)) {
        if !shown.iter().any(|known| known == value) {
            shown.push(value.to_owned());
        }
    }
    shown
}

fn apply_to_outcome(view: &View, operation: &mut Operation) {
    let Some(mut outcome) = operation.outcome.take() else { return };
    if view.is_muted || view.dropped.contains(&outcome.label) {
        return;
    }
    let label = outcome.label.clone();
    for values in [&mut outcome.ok, &mut outcome.error, &mut outcome.ignored, &mut outcome.unknown] {
        *values = merged(view, &label, values);
    }
    for value in [&mut outcome.panic, &mut outcome.cancelled, &mut outcome.started].into_iter().flatten() {
        if let Some(shown) = view.value(&label, value) {
            *value = shown.to_owned();
        }
    }
    operation.outcome = Some(outcome);
}
