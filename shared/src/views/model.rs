//! What views do with families, and what has to be known about a family to check them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::names::{Kind, Role};

/// What is done with one family before it is exposed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// The family is not exposed.
    pub is_muted: bool,
    /// Labels that are removed.
    pub dropped: BTreeSet<String>,
    /// By label: which value becomes which.
    pub merged: BTreeMap<String, BTreeMap<String, String>>,
    /// The bucket bounds that stay, in ascending order.
    pub buckets: Option<Vec<f64>>,
    /// The maximum number of series; calls beyond are counted under `other`.
    pub max_series: Option<usize>,
    /// How the values of series with the same labels are combined.
    pub combine: Combine,
}

impl View {
    /// What a label's value becomes; nothing, if the label is removed.
    pub fn value<'a>(&'a self, label: &str, value: &'a str) -> Option<&'a str> {
        if self.dropped.contains(label) {
            return None;
        }
        Some(self.merged.get(label).and_then(|values| values.get(value)).map_or(value, String::as_str))
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Vec::new();
        if self.is_muted {
            words.push("muted".to_owned());
        }
        words.extend(self.dropped.iter().map(|label| format!("without the label `{label}`")));
        words.extend(self.merged.keys().map(|label| format!("with merged values of `{label}`")));
        words.extend(self.buckets.iter().map(|bounds| format!("with {} bucket bounds", bounds.len())));
        words.extend(self.max_series.map(|most| format!("at most {most} series")));
        f.write_str(&words.join(", "))
    }
}

/// How values of gauges are combined. Those of counters and histograms are always added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Combine {
    /// They are added up.
    #[default]
    Sum,
    /// The highest one.
    Max,
    /// The lowest one.
    Min,
}

impl Combine {
    /// How the series of an operation's family with this role are combined if the file does not say it. A sum of ages is not an age, and peaks of several series
    /// were at different times.
    #[must_use]
    pub const fn of(role: Role) -> Self {
        match role {
            Role::Peak | Role::Oldest => Self::Max,
            _ => Self::Sum,
        }
    }
}

/// A declared family.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// How series are combined where the file does not say it; nothing, if it must.
    pub combine: Option<Combine>,
    /// Labels with their values; nothing, if any value is possible.
    pub labels: BTreeMap<String, Option<BTreeSet<String>>>,
    /// The bucket bounds of a histogram.
    pub buckets: Vec<f64>,
}

/// Something wrong in a file of views.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// From 1.
    pub line: usize,
    /// What is wrong, and the fix.
    pub reason: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}
