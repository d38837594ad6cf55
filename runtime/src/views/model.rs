//! What views do with families, and what has to be known about a family to check them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::names::Kind;

/// What is done with one family before it is exposed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct View {
    /// The family is not exposed.
    pub(crate) is_muted: bool,
    /// Labels that are removed.
    pub(crate) dropped: BTreeSet<String>,
    /// By label: which value becomes which.
    pub(crate) merged: BTreeMap<String, BTreeMap<String, String>>,
    /// The bucket bounds that stay, in ascending order.
    pub(crate) buckets: Option<Vec<f64>>,
    /// The maximum number of series; calls beyond are counted under `other`.
    pub(crate) max_series: Option<usize>,
    /// How the values of series with the same labels are combined.
    pub(crate) combine: Combine,
}

impl View {
    /// What a label's value becomes; nothing, if the label is removed.
    pub(crate) fn value<'a>(&'a self, label: &str, value: &'a str) -> Option<&'a str> {
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
pub(crate) enum Combine {
    /// They are added up.
    #[default]
    Sum,
    /// The highest one.
    Max,
    /// The lowest one.
    Min,
}

/// A declared family.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// How series are combined where the file does not say it; nothing, if it must.
    pub(crate) combine: Option<Combine>,
    /// Labels with their values; nothing, if any value is possible.
    pub(crate) labels: BTreeMap<String, Option<BTreeSet<String>>>,
    pub(crate) buckets: Vec<f64>,
}

/// Something wrong in a file of views.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mistake {
    /// From 1.
    pub(crate) line: usize,
    /// What is wrong, and the fix.
    pub(crate) reason: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}
