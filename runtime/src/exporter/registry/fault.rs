//! Why a metric is left out of the exposition. One that breaks a format would take every other metric of the target down with it.

use metrics::Key;

use crate::exporter::exposition::escaping::Escaping;
use crate::names::Kind;

/// What is wrong with a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::exporter) enum Fault {
    /// Its name is empty, or nothing but `_total`.
    Name,
    /// The name of one of its labels is empty or, in a declared family, not one of the classic data model.
    LabelName,
    /// Two of its labels have the same name, or names that become one where they are escaped.
    DuplicateLabel,
    /// It has a label that is reserved: one that begins with `__`, or `le` of a histogram.
    ReservedLabel,
    /// There is a metric of this name and another kind.
    Kind,
    /// Another family shows samples under this name: `orders` beside the counter `orders_total`, `x_count` beside the histogram `x`.
    NameConflict,
    /// Another series of the family has the same labels, once they are escaped.
    DuplicateSeries,
}

impl Fault {
    /// All of them, by the value of the label `reason`.
    pub(in crate::exporter) const ALL: [(Self, &'static str); 7] = [
        (Self::Name, "name"),
        (Self::LabelName, "label_name"),
        (Self::DuplicateLabel, "duplicate_label"),
        (Self::ReservedLabel, "reserved_label"),
        (Self::Kind, "kind"),
        (Self::NameConflict, "name_conflict"),
        (Self::DuplicateSeries, "duplicate_series"),
    ];

    /// What is wrong, and how it is fixed.
    pub(in crate::exporter) fn advice(self) -> &'static str {
        match self {
            Self::Name => "its name is empty; give it one",
            Self::LabelName => {
                "the name of one of its labels is empty or has characters other than letters, digits and `_`; rename the label"
            }
            Self::DuplicateLabel => "two of its labels have the same name once it is escaped; rename one of them",
            Self::ReservedLabel => {
                "it has a label that is reserved by Prometheus (`__..`, or `le` of a histogram); rename the label"
            }
            Self::Kind => "there is a metric of the same name and another kind; rename one of them",
            Self::NameConflict => "another family shows samples under the same name; rename one of them",
            Self::DuplicateSeries => {
                "another series has the same labels once their names are escaped; rename the label"
            }
        }
    }

    /// What is wrong with a key by itself.
    pub(super) fn of_key(key: &Key, kind: Kind) -> Option<Self> {
        // `OpenMetrics` names the family of a counter without `_total`.
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
