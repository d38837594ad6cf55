//! Which operations have been called, and what a call leaves at zero.

use std::collections::HashSet;

use crate::catalog::operations;
use crate::meta::{Location, OperationMeta, ValueSet};
use crate::names::Role;

/// The operations whose families at zero are not a problem.
pub(super) struct Called(HashSet<Place>);

/// File, line and item.
type Place = (&'static str, u32, &'static str);

impl Called {
    /// `is_above_zero` returns whether a series of a family is above zero.
    pub(super) fn new(is_above_zero: impl Fn(&str) -> bool) -> Self {
        let is_called = |meta: &OperationMeta| {
            meta.families.iter().any(|(_, family)| is_above_zero(family.name)) || !shows_calls(meta)
        };
        Self(operations().filter(|(meta, _)| is_called(meta)).map(|(_, location)| place(&location)).collect())
    }

    /// Whether the operation at this location has been called, or may have been.
    pub(super) fn contains(&self, location: &Location) -> bool {
        self.0.contains(&place(location))
    }
}

fn place(location: &Location) -> Place {
    (location.file, location.line, location.item)
}

/// Whether a call leaves a value above zero. It does not if only errors or slow polls are counted, or if values expire.
fn shows_calls(meta: &OperationMeta) -> bool {
    let expires = |values| matches!(values, ValueSet::Open { idle: 1.., .. });
    let counts_calls = |role| matches!(role, Role::Calls | Role::Ok | Role::Duration | Role::Polls | Role::Busy);
    meta.families.iter().any(|(role, _)| counts_calls(*role)) && !meta.labels.iter().any(|label| expires(label.values))
}
