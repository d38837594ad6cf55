//! The catalogue as views expose it.

use std::collections::BTreeMap;

use metrics_instrumented_shared::views::model::View;

use crate::catalogue::merge::series;
use crate::catalogue::{Catalogue, Family, Kind, LabelValues, Operation};
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
    family.labels.retain(|label| !view.dropped.contains(&label.name));
    for label in &mut family.labels {
        if let LabelValues::Listed(values) = &mut label.values {
            *values = merged(view, &label.name, values);
            if view.max_series.is_some() && !values.iter().any(|value| value == OTHER) {
                values.push(OTHER.to_owned());
            }
        }
    }
    let each = |family: &Family| if family.kind == Kind::Histogram { family.buckets.len() as u64 + 3 } else { 1 };
    let before = family.series.map(|series| series / each(family));
    if let Some(buckets) = &view.buckets {
        family.buckets.clone_from(buckets);
    }
    // Beyond the cap there is one series more: `other`.
    let most = view.max_series.map(|most| most as u64 + 1);
    let sets = series(&family.labels).into_iter().chain(before.filter(|_| most.is_none())).chain(most).min();
    family.series = sets.map(|sets| sets.saturating_mul(each(family)));
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
