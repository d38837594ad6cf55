//! Unique names of groups and alerts. Prometheus rejects a file in which two groups have the same name.

use std::collections::BTreeSet;

use super::model::{Group, Rule};
use crate::catalogue::Catalogue;

/// The name of the group of the program's alerts: the program's name, unless an operation has the same name.
pub(super) fn program_group(catalogue: &Catalogue) -> String {
    let program = &catalogue.program;
    let is_taken = catalogue.operations.iter().any(|operation| operation.name == *program);
    // A name of an operation contains no spaces.
    if is_taken { format!("{program} (program)") } else { program.clone() }
}

/// Numbers alerts with the name of an earlier one: `foo_bar` and `fooBar` are both written as `FooBar`.
pub(super) fn number_duplicates(groups: &mut [Group]) {
    let mut taken = BTreeSet::new();
    for rule in groups.iter_mut().flat_map(|group| &mut group.rules) {
        let Rule::Alert(alert) = rule else { continue };
        let name = alert.name.clone();
        let mut number = 2;
        while !taken.insert(alert.name.clone()) {
            alert.name = format!("{name}{number}");
            number += 1;
        }
    }
}
