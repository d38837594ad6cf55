//! Why a metric is left out of the exposition. A metric that violates a format would make the server reject all metrics of the target.

use metrics::Key;

use crate::exporter::exposition::escaping::Escaping;
use crate::names::Kind;

/// What is wrong with a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::exporter) enum Fault {
    /// Its name is empty or only `_total`.
    Name,
    /// A label name is empty or, in a declared family, not a classic one.
    LabelName,
    /// Two of its labels have the same name, possibly only after escaping.
    DuplicateLabel,
    /// It has a reserved label: `__..`, or `le` of a histogram.
    ReservedLabel,
    /// A metric with this name and another kind exists.
    Kind,
    /// Another family has samples with this name: `orders` and the counter `orders_total`, or `x_count` and the histogram `x`.
    NameConflict,
    /// Another series of the family has the same labels after escaping, or without those that have no value.
    DuplicateSeries,
}

impl Fault {
    /// All faults, with the value of the label `reason`.
    pub(in crate::exporter) const ALL: [(Self, &'static str); 7] = [
        (Self::Name, "name"),
        (Self::LabelName, "label_name"),
        (Self::DuplicateLabel, "duplicate_label"),
        (Self::ReservedLabel, "reserved_label"),
        (Self::Kind, "kind"),
        (Self::NameConflict, "name_conflict"),
        (Self::DuplicateSeries, "duplicate_series"),
    ];

    /// What is wrong, and the fix.
    pub(in crate::exporter) fn advice(self) -> &'static str {
        match self {
            Self::Name => "its name is empty; give it one",
            Self::LabelName => {
                "the name of one of its labels is empty or has characters other than letters, digits and `_`; rename the label"
            }
            Self::DuplicateLabel => "two of its labels have the same name after escaping; rename one of them",
            Self::ReservedLabel => {
                "one of its labels is reserved by Prometheus (`__..`, or `le` of a histogram); rename the label"
            }
            Self::Kind => "a metric with the same name and another kind exists; rename one of them",
            Self::NameConflict => "another family has samples with the same name; rename one of them",
            Self::DuplicateSeries => {
                "another series has the same labels after escaping, or without labels that have no value; rename the label, or give it a value"
            }
        }
    }

    /// Checks a key by itself.
    pub(super) fn of_key(key: &Key, kind: Kind) -> Option<Self> {
        // In `OpenMetrics`, the name of a counter's family has no `_total`.
        let name = Escaping::Underscores.metric(key.name());
        if name.is_empty() || (name == "_total" && kind == Kind::Counter) {
            return Some(Self::Name);
        }
        let mut names: Vec<_> = Vec::new();
        for label in key.labels() {
            if label.key().is_empty() {
                return Some(Self::LabelName);
            }
            let name = Escaping::Underscores.label(label.key());
            if name.starts_with("__") || (name == "le" && kind == Kind::Histogram) {
                return Some(Self::ReservedLabel);
            }
            if names.contains(&name) {
                return Some(Self::DuplicateLabel);
            }
            names.push(name);
        }
        None
    }
}
