//! The catalogue as data: operations, families, labels and their values.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::by_role;
use super::objective::Objective;
use crate::names::Role;

/// The version of the JSON format of `Catalogue`; see `docs/catalogue-schema.md`.
pub(crate) const SCHEMA: u32 = 1;

/// All metrics that a program declares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Catalogue {
    /// The version of this format.
    pub(crate) schema: u32,
    /// The program's name; of several merged programs, that of the first one.
    pub(crate) program: String,
    /// The programs that it was merged from, sorted by name; empty for a single program.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) programs: Vec<Program>,
    /// The operations, sorted by name.
    pub(crate) operations: Vec<Operation>,
    /// All families, sorted by name.
    pub(crate) families: Vec<Family>,
}

/// One of several merged programs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Program {
    /// Its name.
    pub(crate) name: String,
    /// The names of the families that each of its processes declares, sorted.
    pub(crate) families: Vec<String>,
}

/// An operation: families about the same calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Operation {
    /// The common part of its families' names.
    pub(crate) name: String,
    /// The help of its first family.
    pub(crate) help: String,
    /// The names of its families by their roles.
    #[serde(flatten, with = "by_role")]
    pub(crate) families: BTreeMap<Role, String>,
    /// How calls end, if `calls` or `duration` has a label for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) outcome: Option<Outcome>,
    /// One call in this number is timed.
    pub(crate) sample: u64,
    /// The objective in the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) objective: Option<Objective>,
    /// The functions that count under it.
    pub(crate) sites: Vec<Location>,
}

/// The label that says how calls end, and the classes of its values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// The label's name.
    pub(crate) label: String,
    /// The values of calls that succeeded.
    pub(crate) ok: Vec<String>,
    /// The values of calls that failed, including panics.
    pub(crate) error: Vec<String>,
    /// The values of calls that count neither as good nor as failed: by default, that of cancelled calls.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) ignored: Vec<String>,
    /// The values without a class in the code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unknown: Vec<String>,
    /// The value of calls that panicked, if the operation itself tells the outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) panic: Option<String>,
    /// The value of calls that were dropped before their end, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cancelled: Option<String>,
    /// The value that is counted when a call begins, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) started: Option<String>,
}

/// One metric family.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Family {
    /// The complete name.
    pub(crate) name: String,
    /// The kind.
    pub(crate) kind: Kind,
    /// Its HELP.
    pub(crate) help: String,
    /// The unit, if its name ends in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unit: Option<String>,
    /// Its labels.
    pub(crate) labels: Vec<Label>,
    /// The bounds of a histogram, without `+Inf`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) buckets: Vec<f64>,
    /// Its native buckets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) native: Option<Native>,
    /// The maximum number of series; `None` if the values of a label are unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) series: Option<u64>,
    /// Whether the exporter exposes a series only after its first call: a histogram by more than eight outcomes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) hides_empty: bool,
    /// The operations that it belongs to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) operations: Vec<String>,
    /// The locations of its declarations.
    pub(crate) declared: Vec<Location>,
    /// The functions that record it, if it belongs to an operation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) sites: Vec<Location>,
}

/// Native buckets of a histogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Native {
    /// They grow by the factor 2^(2^-schema).
    pub(crate) schema: i8,
    /// Whether protobuf has classic buckets beside them.
    pub(crate) classic: bool,
}

/// The kind of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// It only increases.
    Counter,
    /// A gauge, which increases and decreases.
    Gauge,
    /// A distribution over buckets.
    Histogram,
    /// A gauge that is always 1, with information in its labels.
    Info,
}

/// A label and its values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Label {
    /// Its name.
    pub(crate) name: String,
    /// Its possible values.
    #[serde(flatten)]
    pub(crate) values: LabelValues,
    /// After how many seconds without a call a value expires, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) idle: Option<u64>,
}

/// The possible values of a label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LabelValues {
    /// A closed set.
    #[serde(rename = "values")]
    Listed(Vec<String>),
    /// Any strings, up to this cap; further values are `other`.
    Open(u64),
    /// A value that depends on the build, such as a version.
    Fact(String),
    /// A closed set that the catalogue does not contain.
    Closed(Unlisted),
}

/// Stands for a set of values that the catalogue does not contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Unlisted {
    /// Only the compiler knows them.
    Unlisted,
}

/// A source location.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Location {
    /// The path of the file, as passed to the compiler.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: u32,
    /// The module's path.
    pub(crate) module: String,
    /// The function or the type.
    pub(crate) item: String,
}

impl Catalogue {
    /// Returns the family with a name.
    pub(crate) fn family(&self, name: &str) -> Option<&Family> {
        self.families.iter().find(|family| family.name == name)
    }

    /// Returns the family of a series name, and the suffix after the family's name.
    pub(crate) fn family_of_series<'a>(&self, series: &'a str) -> Option<(&Family, &'a str)> {
        if let Some(family) = self.family(series) {
            return Some((family, ""));
        }
        let suffix = ["_bucket", "_sum", "_count"].into_iter().find(|suffix| series.ends_with(suffix))?;
        let (name, suffix) = series.split_at(series.len() - suffix.len());
        self.family(name).filter(|family| family.kind == Kind::Histogram).map(|family| (family, suffix))
    }

    /// Returns whether there is an open label, which may exceed its cap.
    pub(crate) fn has_open_labels(&self) -> bool {
        let mut labels = self.families.iter().flat_map(|family| &family.labels);
        labels.any(|label| matches!(label.values, LabelValues::Open(_)))
    }
}

impl Family {
    /// Returns the suffix of the series that counts: `_count` of a classic histogram.
    pub(crate) fn count_suffix(&self) -> &'static str {
        if self.kind == Kind::Histogram && self.native.is_none() { "_count" } else { "" }
    }

    /// Returns the label with a name.
    pub(crate) fn label(&self, name: &str) -> Option<&Label> {
        self.labels.iter().find(|label| label.name == name)
    }

    /// Returns the names of its labels.
    pub(crate) fn label_names(&self) -> Vec<&str> {
        self.labels.iter().map(|label| label.name.as_str()).collect()
    }
}

impl Operation {
    /// Returns the name of its family with a role.
    pub(crate) fn family(&self, role: Role) -> Option<&String> {
        self.families.get(&role)
    }

    /// Returns the names of its families.
    pub(crate) fn families(&self) -> impl Iterator<Item = &str> {
        self.families.values().map(String::as_str)
    }
}

impl Kind {
    /// Returns the keyword of the exposition format.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge | Self::Info => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

impl LabelValues {
    /// Returns all values, if they are known and the same in every build.
    pub(crate) fn known(&self) -> Option<&[String]> {
        if let Self::Listed(values) = self { Some(values) } else { None }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// The bound of a bucket, as Prometheus writes it.
pub(crate) fn bound(bound: f64) -> String {
    if bound.is_infinite() { "+Inf".to_owned() } else { bound.to_string() }
}
