//! Declarations of one family in one program that differ: `install()` refuses them, as the runtime's `catalog/conflict.rs` decides.

use std::collections::BTreeMap;
use std::slice;

use super::conflict::{of_families, of_idle, of_objectives};
use super::declarations::Declaration;
use super::merge::merge;
use super::model::{Family, Location, Operation};

/// Returns the differences between the first declaration of each family and the others, with the places of both. HELP is not compared, because the declarations
/// do not say whether it was written or derived.
pub(crate) fn contradictions(declarations: &[Declaration]) -> Vec<String> {
    let mut sorted: Vec<&Declaration> = declarations.iter().collect();
    sorted.sort_by(|a, b| Declaration::by_place(a, b));
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let mut objectives: BTreeMap<String, (Operation, Location)> = BTreeMap::new();
    let mut found = Vec::new();
    for declaration in sorted {
        let alone = merge("", slice::from_ref(declaration));
        let place = declaration.location();
        for family in alone.families {
            let Some(first) = families.get(&family.name) else {
                families.insert(family.name.clone(), family);
                continue;
            };
            let difference = of_families(first, &family).or_else(|| of_idle(first, &family));
            found.extend(
                difference
                    .zip(first.declared.first())
                    .map(|(difference, first)| difference.between(&by(first), &by(&place))),
            );
        }
        for operation in alone.operations.into_iter().filter(|operation| operation.objective.is_some()) {
            let Some((first, at)) = objectives.get(&operation.name) else {
                objectives.insert(operation.name.clone(), (operation, place.clone()));
                continue;
            };
            found.extend(of_objectives(first, &operation).map(|difference| difference.between(&by(at), &by(&place))));
        }
    }
    found
}

fn by(location: &Location) -> String {
    format!("by `{}` at {location}", location.item)
}
