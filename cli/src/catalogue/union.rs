//! Merges the catalogues of several programs: families and operations of the same name become one entry.

use std::collections::BTreeMap;

use super::merge::add_label;
use super::model::{Catalogue, Family, LabelValues, Operation, Outcome, Program};
use crate::names::OutcomeClass;

/// Merges catalogues without conflicts; their order does not matter. `None` without a catalogue.
pub(crate) fn union(mut catalogues: Vec<Catalogue>) -> Option<Catalogue> {
    // The order of label values, and which HELP is shown, depend on the order.
    catalogues.sort_by_cached_key(|catalogue| (catalogue.program.clone(), format!("{catalogue:?}")));
    catalogues.dedup();
    let mut rest = catalogues.into_iter();
    let mut all = rest.next()?;
    for other in rest {
        add(&mut all, other);
    }
    Some(all)
}

fn add(all: &mut Catalogue, other: Catalogue) {
    let mut programs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for Program { name, families } in all.each_program().into_iter().chain(other.each_program()) {
        let known = programs.entry(name).or_insert_with(|| families.clone());
        known.retain(|family| families.contains(family));
    }
    all.programs = programs.into_iter().map(|(name, families)| Program { name, families }).collect();
    for family in other.families {
        match all.families.iter_mut().find(|known| known.name == family.name) {
            Some(known) => add_family(known, family),
            None => all.families.push(family),
        }
    }
    for operation in other.operations {
        match all.operations.iter_mut().find(|known| known.name == operation.name) {
            Some(known) => add_operation(known, operation),
            None => all.operations.push(operation),
        }
    }
    all.families.sort_by(|a, b| a.name.cmp(&b.name));
    all.operations.sort_by(|a, b| a.name.cmp(&b.name));
}

fn add_family(family: &mut Family, other: Family) {
    for label in other.labels {
        if let Some(known) = family.labels.iter_mut().find(|known| known.name == label.name) {
            let never = [&*known, &label].iter().any(|label| is_open(&label.values) && label.idle.is_none());
            known.idle = if never { None } else { known.idle.max(label.idle) };
        }
        add_label(&mut family.labels, label);
    }
    // Of one process, which has the series of one program.
    family.series = family.series.zip(other.series).map(|(one, other)| one.max(other));
    family.hides_empty |= other.hides_empty;
    add_all(&mut family.operations, other.operations);
    add_all(&mut family.declared, other.declared);
    add_all(&mut family.sites, other.sites);
}

fn is_open(values: &LabelValues) -> bool {
    matches!(values, LabelValues::Open(_))
}

fn add_operation(operation: &mut Operation, other: Operation) {
    for (role, family) in other.families {
        operation.families.entry(role).or_insert(family);
    }
    match (&mut operation.outcome, other.outcome) {
        (Some(known), Some(outcome)) => add_outcome(known, outcome),
        (known, outcome) => *known = known.take().or(outcome),
    }
    operation.sample = operation.sample.max(other.sample);
    operation.objective = operation.objective.take().or(other.objective);
    add_all(&mut operation.sites, other.sites);
}

fn add_outcome(outcome: &mut Outcome, other: Outcome) {
    for (value, class) in other.classified() {
        // A class that one program declares is known.
        outcome.unknown.retain(|unknown| unknown != value);
        outcome.add(value, class);
    }
    for value in &other.unknown {
        outcome.add(value, OutcomeClass::Unknown);
    }
    outcome.panic = outcome.panic.take().or(other.panic);
    outcome.cancelled = outcome.cancelled.take().or(other.cancelled);
    outcome.started = outcome.started.take().or(other.started);
}

fn add_all<T: Ord>(known: &mut Vec<T>, more: Vec<T>) {
    known.extend(more);
    known.sort();
    known.dedup();
}
