//! Families and samples of a target.

use std::collections::BTreeSet;

use crate::names::{OWN_METRICS, PROCESS_METRICS};

/// Everything in one response.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exposition {
    pub(crate) families: Vec<Family>,
    pub(crate) problems: Vec<Problem>,
    /// Whether the format has native buckets.
    pub(crate) has_native_buckets: bool,
}

/// A metric family, with the name that its series have in queries.
#[derive(Clone, Debug)]
pub(crate) struct Family {
    pub(crate) name: String,
    /// The number of its first line.
    pub(crate) line: usize,
    pub(crate) kind: Option<AtLine<Kind>>,
    pub(crate) help: Option<AtLine<String>>,
    pub(crate) unit: Option<AtLine<String>>,
    pub(crate) samples: Vec<Sample>,
    /// Whether one of its lines is invalid, so that a sample or the type may be missing.
    pub(crate) is_damaged: bool,
    /// Whether a value is not of the family's type, which only protobuf can express.
    pub(crate) has_mistyped_values: bool,
}

/// The content of a metadata line, with its line number.
#[derive(Clone, Debug)]
pub(crate) struct AtLine<T> {
    pub(crate) line: usize,
    pub(crate) what: T,
}

/// The type of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Counter,
    Gauge,
    Histogram,
    Summary,
    Info,
    StateSet,
    GaugeHistogram,
    Untyped,
}

/// One sample.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) line: usize,
    pub(crate) part: Part,
    /// The labels, in their order.
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) value: f64,
}

/// The part of a family that a sample is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Value,
    Bucket,
    Sum,
    Count,
    Created,
    /// The native buckets of a histogram, with their schema. The value is the number of observations in them; NaN if they are invalid.
    Native(i32),
}

/// A line that does not follow the format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) message: String,
}

impl Exposition {
    /// Returns whether any family has a unit. The text format has none.
    pub(crate) fn has_units(&self) -> bool {
        self.families.iter().any(|family| family.unit.is_some())
    }

    /// Returns the labels that every sample of the declared families has with the same value: the exporter's global labels.
    pub(crate) fn global_labels(&self, is_declared: impl Fn(&str) -> bool) -> BTreeSet<String> {
        let families: Vec<_> =
            self.families.iter().filter(|family| is_declared(&family.name) && !family.samples.is_empty()).collect();
        let mut samples = families.iter().flat_map(|family| &family.samples);
        let Some(first) = samples.next().filter(|_| families.len() > 1) else { return BTreeSet::new() };
        let mut labels: Vec<_> = first.labels.clone();
        for sample in samples {
            labels.retain(|(name, value)| sample.label(name) == Some(value));
        }
        labels.into_iter().map(|(name, _)| name).collect()
    }
}

impl Family {
    /// Returns whether the exporter itself, and not the code of the program, declares it.
    pub(crate) fn is_of_the_exporter(&self) -> bool {
        [OWN_METRICS, PROCESS_METRICS].iter().any(|list| list.iter().any(|metric| metric.name == self.name))
    }
}

impl Kind {
    /// Parses the word after `# TYPE name`.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "counter" => Self::Counter,
            "gauge" => Self::Gauge,
            "histogram" => Self::Histogram,
            "summary" => Self::Summary,
            "info" => Self::Info,
            "stateset" => Self::StateSet,
            "gaugehistogram" => Self::GaugeHistogram,
            "untyped" | "unknown" => Self::Untyped,
            _ => return None,
        })
    }

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::Summary => "summary",
            Self::Info => "info",
            Self::StateSet => "stateset",
            Self::GaugeHistogram => "gaugehistogram",
            Self::Untyped => "untyped",
        }
    }
}

impl Sample {
    /// Returns a label's value; an empty value is the same as no label.
    pub(crate) fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// Returns its labels except `le`, sorted by name, which distinguish the series of a family.
    pub(crate) fn series(&self) -> Vec<(&str, &str)> {
        let named = self.labels.iter().filter(|(name, value)| name != "le" && !value.is_empty());
        let mut labels: Vec<_> = named.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        labels.sort_unstable();
        labels
    }
}
