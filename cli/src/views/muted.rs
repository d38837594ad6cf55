//! Which families rules and dashboards leave out because the views mute them.

use std::collections::BTreeSet;

use super::file::Views;
use crate::catalogue::{Catalogue, Operation};
use crate::config::{Config, Requested, Setting};
use crate::names::LABEL_OVERFLOW;

impl Views {
    /// Returns the catalogue without muted families, and a note for each muted family of an operation that stays. Families that an objective or the configuration
    /// needs stay, so that the rules are refused.
    pub(crate) fn without_muted(&self, mut catalogue: Catalogue, config: Option<&Config>) -> (Catalogue, Vec<String>) {
        let is_muted = |family: &str| self.by_family.get(family).is_some_and(|view| view.is_muted);
        let mut operations = catalogue.operations.clone();
        let mut notes = Vec::new();
        for operation in &mut operations {
            let whole = operation.clone();
            operation.families.retain(|_, family| !is_muted(family));
            for requested in config.map(|config| config.requested(&whole)).unwrap_or_default() {
                restore(&catalogue, operation, &whole, requested);
            }
            if !operation.families.is_empty() {
                let left_out = whole.families.iter().filter(|(role, _)| !operation.families.contains_key(role));
                notes.extend(left_out.map(|(_, family)| note(family)));
            }
        }
        operations.retain(|operation| !operation.families.is_empty());
        let needed: BTreeSet<&str> = operations.iter().flat_map(Operation::families).collect();
        let is_configured = |family: &str| config.is_some_and(|config| config.gauges.contains_key(family));
        catalogue.families.retain(|family| {
            !is_muted(&family.name) || needed.contains(family.name.as_str()) || is_configured(&family.name)
        });
        catalogue.operations = operations;
        notes.dedup();
        (catalogue, notes)
    }

    /// Turns off the alert on labels that have reached their cap if the views mute its metric and the configuration does not request it; returns a note.
    pub(crate) fn turn_off_label_overflow(&self, config: &mut Config) -> Option<String> {
        let alert = &mut config.program.alerts.label_overflow;
        let is_muted = self.by_family.get(LABEL_OVERFLOW.name).is_some_and(|view| view.is_muted);
        if alert.is_some() || !is_muted {
            return None;
        }
        *alert = Some(Setting::Switch(false));
        Some(note(LABEL_OVERFLOW.name))
    }
}

fn note(family: &str) -> String {
    format!("the views mute `{family}`, so the rules, alerts and panels that need it are left out")
}

/// Adds the muted families without which a request cannot be met.
fn restore(catalogue: &Catalogue, operation: &mut Operation, whole: &Operation, requested: Requested) {
    if requested.is_met(catalogue, operation) {
        return;
    }
    let muted = whole.families.iter().filter(|(role, _)| !operation.families.contains_key(role));
    let muted: Vec<_> = muted.map(|(role, family)| (*role, family.clone())).collect();
    let alone = muted.iter().find(|(role, family)| {
        let mut with = operation.clone();
        with.families.insert(*role, family.clone());
        requested.is_met(catalogue, &with)
    });
    let added = alone.map_or(muted.clone(), |one| vec![one.clone()]);
    operation.families.extend(added);
}
