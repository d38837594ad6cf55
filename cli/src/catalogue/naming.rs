//! Names of operations and units, derived from the names of families.

use super::declarations::{Declaration, DeclaredFamily};
use crate::names::Role;

/// The family that determines the name and the help of an operation.
pub(super) fn first_family(declaration: &Declaration) -> Option<&DeclaredFamily> {
    // The calls counters come first, independent of the order of roles.
    let counted = [Role::Calls, Role::Ok].into_iter().find_map(|role| declaration.families.get(&role));
    counted.or_else(|| declaration.families.values().next())
}

/// Endings of families with their own names, in addition to those of the roles.
const OTHER_ENDINGS: [&str; 2] = ["_seconds", "_inflight"];

/// The name of an operation: that of its first family without its ending.
pub(super) fn operation_name(declaration: &Declaration) -> Option<String> {
    let first = first_family(declaration)?;
    let endings = Role::DEFAULT.map(Role::ending).into_iter().chain(OTHER_ENDINGS);
    let stripped = endings.into_iter().find_map(|ending| first.name.strip_suffix(ending));
    Some(stripped.unwrap_or(&first.name).to_owned())
}

/// The unit that a name ends in, as `OpenMetrics` wants it.
pub(super) fn unit(name: &str) -> Option<&'static str> {
    let name = name.strip_suffix("_total").unwrap_or(name);
    let units = ["seconds", "bytes", "ratio", "celsius", "meters", "volts", "amperes", "joules", "grams", "percent"];
    units.into_iter().find(|unit| name.strip_suffix(unit).is_some_and(|rest| rest.ends_with('_')))
}
