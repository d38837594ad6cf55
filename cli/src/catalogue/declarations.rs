//! Declarations as written by the library, one JSON object per line; see `docs/catalogue-schema.md`.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::by_role;
use super::model::{Location, Native};
use super::objective::Objective;
use crate::names::{OutcomeClass, Role};

/// The supported version of the format.
const VERSION: u32 = 1;

/// One line.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Declaration {
    /// The version of the format.
    v: u32,
    /// The kind of declaration.
    pub(super) declares: Declares,
    /// Module, item, file and line.
    pub(super) at: (String, String, String, u32),
    /// Labels with one value for all calls.
    #[serde(default)]
    pub(super) fixed: Vec<(String, String)>,
    /// Labels with a value for each call.
    #[serde(default)]
    pub(super) labels: Vec<DeclaredLabel>,
    /// The bounds of its histogram.
    #[serde(default)]
    pub(super) buckets: Vec<f64>,
    /// Its native buckets.
    pub(super) native: Option<Native>,
    /// One call in this number is timed.
    #[serde(default = "one")]
    pub(super) sample: u64,
    /// The objective of an operation.
    pub(super) objective: Option<Objective>,
    /// The family of a counter, gauge or histogram.
    pub(super) family: Option<DeclaredFamily>,
    /// The families of an operation.
    #[serde(flatten, deserialize_with = "by_role::deserialize")]
    pub(super) families: BTreeMap<Role, DeclaredFamily>,
    pub(super) outcome: Option<DeclaredOutcome>,
    /// Of a site: the name of the operation's type.
    pub(super) operation: Option<String>,
}

/// The kinds of declarations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Declares {
    Operation,
    Site,
    Counter,
    Gauge,
    Histogram,
    Info,
}

/// A family of a declaration.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct DeclaredFamily {
    pub(super) name: String,
    pub(super) help: String,
    /// Which of the declared labels it carries: one bit for each label, the lowest bit for the first.
    pub(super) labels: u64,
    /// The label of the error kind.
    pub(super) label: Option<String>,
    /// The error kinds.
    #[serde(default)]
    pub(super) kinds: Vec<String>,
    /// Whether a histogram of durations has the outcome's label.
    #[serde(default)]
    pub(super) outcome: bool,
}

impl DeclaredFamily {
    /// Whether it carries the declared label at this position.
    pub(super) fn has(&self, label: usize) -> bool {
        self.labels & (1 << label) != 0
    }
}

/// A label of a declaration: with its values, with its cap, or with neither.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct DeclaredLabel {
    pub(super) name: String,
    pub(super) values: Option<Vec<String>>,
    /// The class of each of `values`; empty if the type does not classify them.
    #[serde(default, deserialize_with = "classes")]
    pub(super) classes: Vec<OutcomeClass>,
    pub(super) open: Option<u64>,
    /// After how many seconds without a call a value expires.
    pub(super) idle: Option<u64>,
}

/// The outcomes of calls.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct DeclaredOutcome {
    pub(super) label: Option<String>,
    pub(super) finished: Vec<String>,
    /// The class of each value of `finished`; empty if the type has no classes.
    #[serde(default, deserialize_with = "classes")]
    pub(super) classes: Vec<OutcomeClass>,
    pub(super) panic: String,
    pub(super) cancelled: String,
    /// The class of `cancelled`.
    #[serde(default = "ignored", deserialize_with = "class")]
    pub(super) cancelled_class: OutcomeClass,
    pub(super) started: Option<String>,
    /// The outcomes that no call of the function has: `error`, `cancelled`.
    #[serde(default)]
    pub(super) never: Vec<String>,
}

const fn one() -> u64 {
    1
}

const fn ignored() -> OutcomeClass {
    OutcomeClass::Ignored
}

fn known<E: Error>(word: &str) -> Result<OutcomeClass, E> {
    let known = OutcomeClass::ALL.iter().find(|class| class.word() == word);
    known.copied().ok_or_else(|| E::custom(format_args!("unknown class of an outcome, `{word}`")))
}

fn class<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OutcomeClass, D::Error> {
    known(&String::deserialize(deserializer)?)
}

fn classes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<OutcomeClass>, D::Error> {
    Vec::<String>::deserialize(deserializer)?.iter().map(|word| known(word)).collect()
}

/// Why text that begins on a line is invalid, with the place.
pub(crate) fn invalid_json(error: &serde_json::Error, begins: usize) -> String {
    let text = error.to_string();
    let reason = shortened(text.split(" at line ").next().unwrap_or_default());
    let line = begins + error.line().saturating_sub(1);
    let hint = if error.is_eof() { "; the file is truncated: write it again" } else { "" };
    format!("line {line}, column {}: {reason}{hint}", error.column())
}

/// Shortens a reason that may quote a large part of the file.
fn shortened(reason: &str) -> String {
    const MOST: usize = 100;
    match reason.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}..", &reason[..end]),
        None => reason.to_owned(),
    }
}

impl Declaration {
    /// The order of the library's output: by file and line.
    pub(crate) fn by_place(a: &Self, b: &Self) -> Ordering {
        (&a.at.2, a.at.3, &a.at.1).cmp(&(&b.at.2, b.at.3, &b.at.1))
    }

    /// Returns where it is in the source.
    pub(super) fn location(&self) -> Location {
        let (module, item, file, line) = self.at.clone();
        Location { file, line, module, item }
    }

    /// Parses declarations, one per line.
    pub(crate) fn parse_all(text: &str) -> Result<Vec<Self>, String> {
        let lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty());
        lines
            .map(|(at, line)| {
                let found: Self = serde_json::from_str(line).map_err(|error| invalid_json(&error, at + 1))?;
                if found.v == VERSION {
                    Ok(found)
                } else {
                    Err(format!(
                        "a declaration of version {}, and this tool reads version {VERSION}; install the tool of the library's version",
                        found.v
                    ))
                }
            })
            .collect()
    }
}
