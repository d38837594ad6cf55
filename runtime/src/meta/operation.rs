//! An operation: its families and their labels.

use super::const_labels::ConstLabels;
use super::family::Family;
use super::label::LabelMeta;
use super::limits::{check_latency, check_series};
use super::native::Native;
use super::objective::Objective;
use super::outcome::{ErrorKinds, OutcomeMeta};
use crate::names::{DEFAULT_BUCKETS, DEFAULT_MAX_SERIES, MAX_EMPTY_HISTOGRAMS, Never, Role};

/// An operation.
#[derive(Clone, Copy, Debug)]
pub struct OperationMeta {
    /// Labels with one value for all calls of a site.
    pub const_labels: ConstLabels,
    /// Labels with a value for each call.
    pub labels: &'static [LabelMeta],
    /// Its families, each with its role.
    pub families: &'static [(Role, Family)],
    /// The label of the family with the role `Errors`.
    pub errors: Option<ErrorKinds>,
    /// The outcome label: of the family with the role `Calls`, and optionally of the family with the role `Duration`.
    pub outcome: OutcomeMeta,
    /// The bucket bounds of the family with the role `Duration`, in seconds.
    pub buckets: &'static [f64],
    /// The native buckets of that family.
    pub native: Option<&'static Native>,
    /// The maximum number of series of a family.
    pub max_series: usize,
    /// One call in this number is timed.
    pub sample: u64,
    /// A poll is slow if it takes longer than this number of nanoseconds.
    pub slow_poll: u64,
    /// The objective.
    pub objective: Option<&'static Objective>,
}

/// The label that an operation adds to one of its families (the outcome or the error kind), and the label's values.
pub(crate) struct OwnLabel {
    pub(crate) name: &'static str,
    pub(crate) values: Vec<&'static str>,
}

/// Which label an operation adds to a family.
enum Owned {
    Nothing,
    /// The outcome, under this name.
    Outcome(&'static str),
    /// The outcome, and the value that is counted when a call begins.
    OutcomeOrStarted(&'static str),
    /// The kind of error.
    Kind(ErrorKinds),
}

impl OperationMeta {
    /// The base of every operation with a name.
    pub const DEFAULT: Self = Self {
        const_labels: ConstLabels::Nothing,
        labels: &[],
        families: &[],
        errors: None,
        outcome: OutcomeMeta::DEFAULT,
        buckets: DEFAULT_BUCKETS,
        native: None,
        max_series: DEFAULT_MAX_SERIES,
        sample: 1,
        slow_poll: 10_000_000,
        objective: None,
    };

    /// The description of functions without a name.
    pub const UNNAMED: Self = Self {
        const_labels: ConstLabels::ModuleAndFunction,
        families: &[Family::unnamed(Role::Calls), Family::unnamed(Role::Duration), Family::unnamed(Role::InFlight)],
        ..Self::DEFAULT
    };

    /// Returns the family with a role.
    #[cfg(feature = "exporter")]
    pub(crate) fn family(&self, role: Role) -> Option<&'static Family> {
        self.families.iter().find(|(of, _)| *of == role).map(|(_, family)| family)
    }

    /// Which label a family with this role has besides the declared ones.
    const fn owned_by(&self, role: Role) -> Owned {
        match (role, self.outcome.label, self.errors) {
            (Role::Calls, Some(label), _) => Owned::OutcomeOrStarted(label),
            (Role::Duration, Some(label), _) if self.outcome.on_duration => Owned::Outcome(label),
            (Role::Errors, _, Some(errors)) => Owned::Kind(errors),
            _ => Owned::Nothing,
        }
    }

    /// Returns that label with its values, except those of the excluded outcomes.
    pub(crate) fn own_label(&self, role: Role, never: Never) -> Option<OwnLabel> {
        match self.owned_by(role) {
            Owned::Nothing => None,
            Owned::Outcome(name) => Some(OwnLabel { name, values: self.outcome.values(never).collect() }),
            Owned::OutcomeOrStarted(name) => {
                Some(OwnLabel { name, values: self.outcome.values(never).chain(self.outcome.started).collect() })
            }
            Owned::Kind(ErrorKinds { label, kinds }) => Some(OwnLabel { name: label, values: kinds.to_vec() }),
        }
    }

    /// The number of keys of the family with this role: one for each value of the operation's own label, also if outcomes share a value.
    pub(crate) fn keys(&self, role: Role) -> usize {
        match self.owned_by(role) {
            Owned::Nothing if role == Role::Calls => self.outcome.count(),
            Owned::Nothing => 1,
            Owned::Outcome(_) => self.outcome.count(),
            Owned::OutcomeOrStarted(_) => self.outcome.count() + usize::from(self.outcome.started.is_some()),
            Owned::Kind(errors) => errors.kinds.len(),
        }
    }

    /// The operation's own label and its value for the key at this index.
    pub(crate) fn own_value(&self, role: Role, at: usize) -> Option<(&'static str, &'static str)> {
        match self.owned_by(role) {
            Owned::Nothing => None,
            Owned::OutcomeOrStarted(name) if at == self.outcome.count() => Some((name, self.outcome.started?)),
            Owned::Outcome(name) | Owned::OutcomeOrStarted(name) => Some((name, self.outcome.value(at))),
            Owned::Kind(errors) => Some((errors.label, *errors.kinds.get(at)?)),
        }
    }

    /// Whether the durations are recorded by outcome.
    pub(crate) fn has_duration_by_outcome(&self) -> bool {
        matches!(self.owned_by(Role::Duration), Owned::Outcome(_))
    }

    /// Whether a series of the family with this role is shown only once something was recorded in it.
    pub(crate) fn hides_empty(&self, role: Role) -> bool {
        role == Role::Duration && self.has_duration_by_outcome() && self.outcome.distinct() > MAX_EMPTY_HISTOGRAMS
    }

    /// Returns its name and the number of its values; 1 without such a label.
    const fn own_values(&self, role: Role) -> (&'static str, usize) {
        match self.owned_by(role) {
            Owned::Nothing => ("", 1),
            Owned::Outcome(name) => (name, self.outcome.distinct()),
            Owned::OutcomeOrStarted(name) => (name, self.outcome.distinct_with_started()),
            Owned::Kind(errors) => (errors.label, errors.kinds.len()),
        }
    }

    /// Checks what the macros cannot see: the values of the labels' types, and bounds that are a constant.
    ///
    /// # Panics
    /// At compile time, if a family may have more than `max_series` series, or an objective's latency is not one of the bucket bounds.
    #[must_use]
    #[track_caller]
    pub const fn checked(self) -> Self {
        let mut at = 0;
        while at < self.families.len() {
            let (role, family) = &self.families[at];
            check_series(family, self.labels, self.own_values(*role), self.max_series);
            at += 1;
        }
        let OutcomeMeta { classes, finished, .. } = self.outcome;
        assert!(
            classes.is_empty() || classes.len() == finished.len(),
            "`CLASSES` of the outcome's type must be empty or have one entry for each of `VALUES`; add the missing ones"
        );
        if let Some(objective) = self.objective {
            check_latency(objective.latency, self.buckets);
        }
        self
    }
}
