//! Which family counts an operation's calls by outcome.

use super::model::{Catalogue, Family, Kind, Operation, Outcome};
use crate::names::Role;

/// The family that counts calls by outcome.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ByOutcome<'a> {
    pub(crate) family: &'a Family,
    pub(crate) outcome: &'a Outcome,
}

impl ByOutcome<'_> {
    /// Returns whether the first call with new labels creates the series of all outcomes. Outcomes that are declared labels, such as status codes, and the
    /// histograms of outcomes appear one by one.
    pub(crate) fn creates_all_outcomes(&self) -> bool {
        self.outcome.panic.is_some() && self.family.kind == Kind::Counter
    }
}

impl Catalogue {
    /// The family that counts an operation's calls by outcome: the counter or, if only that has the label, the histogram.
    pub(crate) fn by_outcome<'a>(&'a self, operation: &'a Operation) -> Option<ByOutcome<'a>> {
        let outcome = operation.outcome.as_ref()?;
        [Role::Calls, Role::Duration].into_iter().find_map(|role| {
            let family = self.family(operation.family(role)?)?;
            family.label(&outcome.label).map(|_| ByOutcome { family, outcome })
        })
    }
}
