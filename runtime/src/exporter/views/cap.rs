//! The maximum number of series of a family, and which of them are shown by themselves.

use std::collections::{BTreeSet, HashSet};

use crate::exporter::exposition::labels::{self, Labels};
use crate::names::OTHER;

/// The limit of a view.
#[derive(Debug)]
pub(super) struct Cap {
    pub(super) most: usize,
    /// The declared labels that the view leaves. Global labels keep their values.
    pub(super) labels: BTreeSet<String>,
}

/// The series of a family that are shown by themselves, and the others. While a series exists, it stays where it is: otherwise counters would decrease, or calls
/// would be shown twice.
#[derive(Debug, Default)]
pub(super) struct Slots {
    kept: HashSet<String>,
    rest: HashSet<String>,
}

impl Cap {
    /// The labels of the series in which the others are combined.
    pub(super) fn other(&self, labels: &str) -> String {
        labels::text(Labels::classic(labels).iter().map(|(name, value)| {
            let value = if self.labels.contains(&*name) { OTHER.into() } else { value };
            (name, value)
        }))
    }
}

impl Slots {
    /// Whether a series is shown by itself; the first ones are.
    pub(super) fn keep(&mut self, labels: &str, cap: &Cap) -> bool {
        self.kept.contains(labels) || self.kept.len() < cap.most && self.kept.insert(labels.to_owned())
    }

    /// Frees the slots of series that are not among all present ones, and gives free slots to new series.
    pub(super) fn renew(&mut self, present: &BTreeSet<&str>, cap: &Cap) {
        let is_present = |labels: &String| present.contains(&**labels);
        self.kept.retain(is_present);
        self.rest.retain(is_present);
        for labels in present {
            // A value beyond the cap of its label is `other` already.
            if !self.rest.contains(*labels) && (cap.other(labels) == *labels || !self.keep(labels, cap)) {
                self.rest.insert((*labels).to_owned());
            }
        }
    }

    /// Whether a series is not shown by itself.
    pub(super) fn is_rest(&self, labels: &str) -> bool {
        self.rest.contains(labels)
    }

    pub(super) fn rest(&self) -> impl Iterator<Item = &String> {
        self.rest.iter()
    }
}
