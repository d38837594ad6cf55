//! What is known of an expression's result without evaluating it: its labels, and what its values are.

use std::collections::{BTreeMap, BTreeSet};

/// The result of an expression.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::lint) struct Shape {
    pub(in crate::lint) labels: Labels,
    /// What the values are, as far as functions care.
    pub(in crate::lint) values: Values,
    /// The series that it is made of, if it is one metric's, whatever was done with it.
    pub(in crate::lint) metric: Option<String>,
    /// Whether it went through `sum` or another aggregation.
    pub(in crate::lint) aggregated: bool,
    /// Whether it is one number without labels.
    pub(in crate::lint) scalar: bool,
}

/// What the values are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::lint) enum Values {
    /// They only grow, but for resets.
    Counter,
    /// They go up and down.
    Gauge,
    /// The change of a counter.
    Rate,
    #[default]
    Unknown,
}

/// The labels of a result's series.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::lint) struct Labels {
    /// Nothing is known of them.
    pub(in crate::lint) unknown: bool,
    /// Those that every series has.
    pub(in crate::lint) own: BTreeSet<String>,
    /// Those that have one value.
    pub(in crate::lint) fixed: BTreeMap<String, String>,
    /// Facts of a build: a target has one value of each.
    pub(in crate::lint) facts: BTreeSet<String>,
    /// Whether the labels that the scrape gives are still there.
    pub(in crate::lint) of_the_scrape: bool,
}

impl Shape {
    /// One number.
    pub(in crate::lint) fn scalar() -> Self {
        Self { scalar: true, values: Values::Gauge, ..Self::default() }
    }

    /// A vector of which nothing is known.
    pub(in crate::lint) fn unknown() -> Self {
        Self { labels: Labels { unknown: true, ..Labels::default() }, ..Self::default() }
    }
}

impl Labels {
    /// Whether the series have a label, as far as is known.
    pub(in crate::lint) fn may_have(&self, label: &str, of_the_scrape: &BTreeSet<String>) -> bool {
        self.unknown || self.own.contains(label) || (self.of_the_scrape && of_the_scrape.contains(label))
    }

    /// Only these are left.
    pub(in crate::lint) fn keep(&self, labels: &[String], of_the_scrape: &BTreeSet<String>) -> Self {
        let own: BTreeSet<_> = labels.iter().filter(|label| self.may_have(label, of_the_scrape)).cloned().collect();
        let fixed = self.fixed.iter().filter(|(label, _)| own.contains(*label));
        Self {
            unknown: false,
            fixed: fixed.map(|(label, value)| (label.clone(), value.clone())).collect(),
            own,
            facts: self.facts.clone(),
            of_the_scrape: false,
        }
    }

    /// These are gone.
    pub(in crate::lint) fn drop(&self, labels: &[String]) -> Self {
        let mut left = self.clone();
        for label in labels {
            left.own.remove(label);
            left.fixed.remove(label);
        }
        left
    }

    /// Those that have more than one value, beside some.
    pub(in crate::lint) fn varying(&self, beside: &BTreeSet<String>) -> Vec<&str> {
        let varies = |label: &&String| {
            !beside.contains(*label) && !self.fixed.contains_key(*label) && !self.facts.contains(*label)
        };
        self.own.iter().filter(varies).map(String::as_str).collect()
    }
}
