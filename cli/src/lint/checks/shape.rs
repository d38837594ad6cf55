//! What is known about an expression's result without evaluating it: its labels, and the kind of its values.

use std::collections::{BTreeMap, BTreeSet};

/// The result of an expression.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) labels: Labels,
    /// The kind of the values, as far as functions care.
    pub(super) values: ValueKind,
    /// The metric of its input series, if all are of one metric.
    pub(super) metric: Option<String>,
    /// Whether it went through `sum` or another aggregation.
    pub(super) aggregated: bool,
    /// Whether it is one number without labels.
    pub(super) scalar: bool,
    /// Whether its values are native histograms.
    pub(super) native: bool,
}

/// The kind of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ValueKind {
    /// They only increase, except for resets.
    Counter,
    /// They increase and decrease.
    Gauge,
    /// The change of a counter.
    Rate,
    #[default]
    Unknown,
}

/// Whether the series have a label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Presence {
    #[default]
    Never,
    /// Some may have it.
    Maybe,
    Always,
}

/// A label of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) presence: Presence,
    /// All values that it can have, if they are known.
    pub(super) values: Option<BTreeSet<String>>,
    /// Whether the other labels determine its value, as with labels of a build, so that it does not multiply series.
    pub(super) derived: bool,
    /// Whether the catalogue declares it, so that it has all its values sooner or later.
    pub(super) declared: bool,
}

/// The labels of a result's series.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Labels {
    /// Whether there may be other labels.
    pub(super) unknown: bool,
    /// Whether a comparison or another operator may have left fewer series than the labels suggest.
    pub(super) filtered: bool,
    pub(super) own: BTreeMap<String, Label>,
    /// Labels that no series has, although other facts would allow them.
    pub(super) gone: BTreeSet<String>,
    /// Whether the labels of the scrape target are still there.
    pub(super) target: Presence,
}

/// Longer lists of values are discarded, so that a long chain of `or` does not take quadratic time.
const MAX_VALUES: usize = 100;

/// Labels that every scrape target has.
pub(super) const OF_EVERY_TARGET: [&str; 2] = ["job", "instance"];

impl Shape {
    /// One number.
    pub(super) fn scalar() -> Self {
        Self { scalar: true, values: ValueKind::Gauge, ..Self::default() }
    }

    /// A vector of unknown labels and values.
    pub(super) fn unknown() -> Self {
        Self { labels: Labels { unknown: true, ..Labels::default() }, ..Self::default() }
    }
}

impl Label {
    pub(super) fn new(presence: Presence) -> Self {
        Self { presence, values: None, derived: false, declared: false }
    }

    pub(super) fn with_value(value: &str) -> Self {
        Self { values: Some(BTreeSet::from([value.to_owned()])), ..Self::new(Presence::Always) }
    }

    /// Returns its only value.
    pub(super) fn only_value(&self) -> Option<&str> {
        let values = self.values.as_ref().filter(|values| values.len() == 1 && self.presence == Presence::Always)?;
        values.first().map(String::as_str)
    }

    fn or(&self, other: Option<&Self>, other_presence: Presence) -> Self {
        let presence = if self.presence == other_presence {
            self.presence
        } else {
            self.presence.max(other_presence).min(Presence::Maybe)
        };
        let values = match other {
            Some(other) => self
                .values
                .as_ref()
                .zip(other.values.as_ref())
                .filter(|(a, b)| a.len() + b.len() <= MAX_VALUES)
                .map(|(a, b)| a.union(b).cloned().collect()),
            None => self.values.clone().filter(|_| other_presence == Presence::Never),
        };
        let derived = self.derived && other.is_none_or(|other| other.derived);
        Self { presence, values, derived, declared: self.declared && other.is_none_or(|other| other.declared) }
    }
}

impl Labels {
    /// Returns whether the series have a label. `target` are the labels that a scrape may add.
    pub(super) fn presence(&self, label: &str, target: &BTreeSet<String>) -> Presence {
        if let Some(label) = self.own.get(label) {
            return label.presence;
        }
        if label == "__name__" {
            return Presence::Maybe;
        }
        if self.gone.contains(label) {
            return Presence::Never;
        }
        let of_target = if OF_EVERY_TARGET.contains(&label) {
            self.target
        } else if target.contains(label) {
            self.target.min(Presence::Maybe)
        } else {
            Presence::Never
        };
        if self.unknown { of_target.max(Presence::Maybe) } else { of_target }
    }

    /// Marks that an operator may have removed series.
    pub(super) fn filtered(self) -> Self {
        Self { filtered: true, ..self }
    }

    pub(super) fn may_have(&self, label: &str, target: &BTreeSet<String>) -> bool {
        self.presence(label, target) > Presence::Never
    }

    /// Returns a label's only value.
    pub(super) fn only_value(&self, label: &str) -> Option<&str> {
        self.own.get(label).and_then(Label::only_value)
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.own.iter().filter(|(_, label)| label.presence > Presence::Never).map(|(name, _)| name.as_str()).collect()
    }

    /// Keeps only these labels.
    pub(super) fn keep(&self, labels: &[String], target: &BTreeSet<String>) -> Self {
        let kept = labels.iter().filter_map(|name| {
            let presence = self.presence(name, target);
            let label = self.own.get(name).cloned().unwrap_or_else(|| Label::new(presence));
            (presence > Presence::Never).then(|| (name.clone(), label))
        });
        Self { own: kept.collect(), filtered: self.filtered, ..Self::default() }
    }

    /// Removes these labels.
    pub(super) fn drop(&self, labels: &[String]) -> Self {
        let mut left = self.clone();
        left.own.retain(|name, _| !labels.contains(name));
        left.gone.extend(labels.iter().cloned());
        left
    }

    /// Adds a label or replaces it.
    pub(super) fn set(&mut self, name: &str, label: Label) {
        self.gone.remove(name);
        self.own.insert(name.to_owned(), label);
    }

    /// The labels of the union of both.
    pub(super) fn or(&self, other: &Self, target: &BTreeSet<String>) -> Self {
        let names: BTreeSet<&String> = self.own.keys().chain(other.own.keys()).collect();
        let own = names.into_iter().map(|name| {
            let label = match self.own.get(name) {
                Some(label) => label.or(other.own.get(name), other.presence(name, target)),
                None => other.own[name].or(None, self.presence(name, target)),
            };
            (name.clone(), label)
        });
        let of_target =
            if self.target == other.target { self.target } else { self.target.max(other.target).min(Presence::Maybe) };
        Self {
            unknown: self.unknown || other.unknown,
            filtered: self.filtered || other.filtered,
            own: own.collect(),
            gone: self.gone.intersection(&other.gone).cloned().collect(),
            target: of_target,
        }
    }

    /// Returns the labels of the catalogue that distinguish several series.
    pub(super) fn varying(&self) -> Vec<&str> {
        let varies = |label: &Label| {
            label.declared && !label.derived && label.only_value().is_none() && label.presence > Presence::Never
        };
        self.own.iter().filter(|(_, label)| varies(label)).map(|(name, _)| name.as_str()).collect()
    }

    /// Returns the labels that certainly have several values. An open label may depend on another label.
    pub(super) fn several(&self) -> Vec<&str> {
        let is_closed = |name: &&str| self.own.get(*name).is_some_and(|label| label.values.is_some());
        self.varying().into_iter().filter(is_closed).collect()
    }
}
