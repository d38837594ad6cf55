//! A strict parser of the Prometheus text format 0.0.4, and questions to ask of what it read.
//!
//! Prometheus forgives a lot; a test must not. Everything that the format forbids is an error here, what it only tolerates
//! (free spacing, a comma after the last label, `Inf` without a sign) too, and so are the promises that no other parser
//! checks: that buckets add up, that `_count` is the `+Inf` bucket, that no series is there twice.
//!
//! ```
//! use metrics_instrumented_test_support::exposition::Exposition;
//!
//! let exposition = Exposition::parse(concat!(
//!     "# HELP orders_total Orders taken.\n",
//!     "# TYPE orders_total counter\n",
//!     "orders_total{tier=\"gold\",outcome=\"ok\"} 2\n",
//! ))?;
//! assert_eq!(exposition.value("orders_total", &[("outcome", "ok"), ("tier", "gold")]), Some(2.0));
//! assert_eq!(exposition.family("orders_total").help.as_deref(), Some("Orders taken."));
//! # Ok::<(), metrics_instrumented_test_support::exposition::ParseError>(())
//! ```

mod check;
mod error;
mod histogram;
mod line;
mod parse;
mod query;

#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, fmt};

pub use error::{ParseError, Problem};
pub use histogram::Histogram;

/// Label names with their values. Two sets that differ only in how they were written down are equal.
pub type Labels = BTreeMap<String, String>;

/// All that one scrape returned.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Exposition {
    /// The families, in the order of the text.
    pub families: Vec<Family>,
}

/// One metric family.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// The name in the `TYPE` line; a histogram's samples are called `{name}_bucket` and so on.
    pub name: String,
    /// The type.
    pub kind: Kind,
    /// The help text without its escapes, if there is a `HELP` line.
    pub help: Option<String>,
    /// The samples, in the order of the text.
    pub samples: Vec<Sample>,
}

/// One line with a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The name as written in this line.
    pub name: String,
    /// The labels, without their escapes.
    pub labels: Labels,
    /// The value.
    pub value: f64,
    /// The time in milliseconds, if the line has one.
    pub timestamp: Option<i64>,
}

/// The type of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `counter`
    Counter,
    /// `gauge`
    Gauge,
    /// `histogram`
    Histogram,
    /// `summary`
    Summary,
    /// `untyped`
    Untyped,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Counter, Self::Gauge, Self::Histogram, Self::Summary, Self::Untyped];

    /// The word in a `TYPE` line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::Summary => "summary",
            Self::Untyped => "untyped",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// What a family's name is followed by in the names of its samples.
    const fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Counter | Self::Gauge | Self::Untyped => &[""],
            Self::Histogram => &["_bucket", "_sum", "_count"],
            Self::Summary => &["", "_sum", "_count"],
        }
    }

    /// The label that this kind's samples distinguish a family's parts by, so that no series of its own carries it.
    const fn own_label(self) -> Option<&'static str> {
        match self {
            Self::Counter | Self::Gauge | Self::Untyped => None,
            Self::Histogram => Some("le"),
            Self::Summary => Some("quantile"),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The line as it would be written, labels in alphabetical order.
impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&series(&self.name, &self.labels))?;
        match self.value {
            f64::INFINITY => f.write_str(" +Inf")?,
            f64::NEG_INFINITY => f.write_str(" -Inf")?,
            value => write!(f, " {value}")?,
        }
        self.timestamp.map_or(Ok(()), |timestamp| write!(f, " {timestamp}"))
    }
}

/// `name{label="value"}`, labels in alphabetical order.
fn series(name: &str, labels: &Labels) -> String {
    if labels.is_empty() {
        return name.to_owned();
    }
    let labels: Vec<_> = labels
        .iter()
        .map(|(label, value)| {
            let value = value.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n");
            format!("{label}=\"{value}\"")
        })
        .collect();
    format!("{name}{{{}}}", labels.join(","))
}
