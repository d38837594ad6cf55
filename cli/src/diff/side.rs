//! One side of the comparison: the families of a catalogue or of a target.

use std::collections::BTreeSet;

use crate::catalogue::{Catalogue, Family, Kind, LabelValues, Native, Operation};
use crate::exposition::model::{self, Exposition, Part};

/// One side of the comparison.
#[derive(Debug)]
pub(crate) enum Side {
    /// The declarations of a program.
    Declared(Catalogue),
    /// The families that a target serves.
    Served(Exposition),
}

/// What is known about a family.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) name: String,
    /// The keyword of the exposition format.
    pub(super) kind: &'static str,
    pub(super) help: Option<String>,
    /// `None` if a target serves no series of the family.
    pub(super) labels: Option<Vec<Label>>,
    /// `None` if a target serves no series of the family.
    pub(super) buckets: Option<Vec<f64>>,
    /// What only declarations contain.
    pub(super) declared: Option<Declared>,
}

/// What only declarations contain.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub(super) native: Option<Native>,
    /// Modules and items.
    pub(super) items: Vec<(String, String)>,
    /// Whether a target serves its series before the first call.
    pub(super) is_zero_initialised: bool,
}

/// A label.
#[derive(Clone, Debug)]
pub(super) struct Label {
    pub(super) name: String,
    pub(super) values: Known,
    /// After how many seconds without a call a declared value expires.
    pub(super) idle: Option<u64>,
}

/// What is known about the values of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// The possible ones.
    Declared(LabelValues),
    /// Those that the served series have.
    Seen(BTreeSet<String>),
}

impl Known {
    /// Whether series may lack the label: Prometheus drops empty values.
    pub(super) fn may_be_empty(&self) -> bool {
        match self {
            Self::Declared(LabelValues::Open(_) | LabelValues::Closed(_)) => true,
            Self::Declared(LabelValues::Listed(values)) => values.iter().any(String::is_empty),
            Self::Declared(LabelValues::Fact(_)) | Self::Seen(_) => false,
        }
    }
}

impl Side {
    /// The families, sorted by name. The other side decides which labels and families of a target belong to the exporter and not to the program.
    pub(super) fn shapes(&self, other: &Self, allowed: &[String]) -> Vec<Shape> {
        match self {
            Self::Declared(catalogue) => catalogue.families.iter().map(declared).collect(),
            Self::Served(exposition) => {
                let global = exposition.global_labels(|name| other.family(name).is_some() || other.is_served());
                let is_shown =
                    |family: &&model::Family| !family.is_of_the_exporter() || other.family(&family.name).is_some();
                let shape = |family: &model::Family| {
                    let is_own = |label: &str| {
                        let is_declared =
                            other.family(&family.name).is_some_and(|family| family.label(label).is_some());
                        is_declared || !(global.contains(label) || allowed.iter().any(|allowed| allowed == label))
                    };
                    served(family, is_own)
                };
                let mut shapes: Vec<_> = exposition.families.iter().filter(is_shown).map(shape).collect();
                shapes.sort_by(|a, b| a.name.cmp(&b.name));
                shapes
            }
        }
    }

    /// The operations; a target does not serve them.
    pub(super) fn operations(&self) -> &[Operation] {
        match self {
            Self::Declared(catalogue) => &catalogue.operations,
            Self::Served(_) => &[],
        }
    }

    /// Whether this is a target.
    pub(super) const fn is_served(&self) -> bool {
        matches!(self, Self::Served(_))
    }

    fn family(&self, name: &str) -> Option<&Family> {
        match self {
            Self::Declared(catalogue) => catalogue.family(name),
            Self::Served(_) => None,
        }
    }
}

fn declared(family: &Family) -> Shape {
    let label = |label: &crate::catalogue::Label| Label {
        name: label.name.clone(),
        values: Known::Declared(label.values.clone()),
        idle: label.idle,
    };
    Shape {
        name: family.name.clone(),
        kind: family.kind.word(),
        help: Some(family.help.clone()),
        labels: Some(family.labels.iter().map(label).collect()),
        buckets: Some(family.buckets.clone()),
        declared: Some(Declared {
            native: family.native,
            items: family.declared.iter().map(|place| (place.module.clone(), place.item.clone())).collect(),
            is_zero_initialised: family.is_zero_initialised(),
        }),
    }
}

fn served(family: &model::Family, is_own: impl Fn(&str) -> bool) -> Shape {
    let kind = family.kind.as_ref().map_or(model::Kind::Untyped, |said| said.what);
    let mut labels: Vec<Label> = Vec::new();
    let mut buckets: Vec<f64> = Vec::new();
    let samples: Vec<_> = family.samples.iter().filter(|sample| sample.part != Part::Created).collect();
    for sample in &samples {
        for (name, value) in &sample.labels {
            if name == "le" && sample.part == Part::Bucket {
                let bound = value.parse().ok().filter(|bound: &f64| bound.is_finite() && !buckets.contains(bound));
                buckets.extend(bound);
            } else if is_own(name) && !value.is_empty() {
                match labels.iter_mut().find(|label| label.name == *name) {
                    Some(Label { values: Known::Seen(seen), .. }) => {
                        seen.insert(value.clone());
                    }
                    _ => labels.push(Label {
                        name: name.clone(),
                        values: Known::Seen([value.clone()].into_iter().collect()),
                        idle: None,
                    }),
                }
            }
        }
    }
    buckets.sort_by(f64::total_cmp);
    // In protobuf, native buckets may be there without classic ones.
    let has_buckets = samples.iter().any(|sample| sample.part == Part::Bucket);
    let is_native = samples.iter().any(|sample| matches!(sample.part, Part::Native(_)));
    Shape {
        name: family.name.clone(),
        // An info gauge is a gauge in the text format.
        kind: if kind == model::Kind::Info { Kind::Info.word() } else { kind.word() },
        help: family.help.as_ref().map(|said| said.what.clone()),
        labels: (!samples.is_empty()).then_some(labels),
        buckets: (!samples.is_empty() && (has_buckets || !is_native)).then_some(buckets),
        declared: None,
    }
}
