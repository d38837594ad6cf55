//! The content of an exposition in any format.

use std::collections::BTreeMap;

use metrics_instrumented_tests::Kind;

pub(super) type Labels = BTreeMap<String, String>;

/// Families by their names, a counter's without `_total`.
pub(super) type Families = BTreeMap<String, Family>;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Family {
    pub(super) kind: Kind,
    pub(super) help: Option<String>,
    pub(super) unit: Option<String>,
    pub(super) series: BTreeMap<Labels, Series>,
}

impl Family {
    pub(super) fn of(kind: Kind) -> Self {
        Self { kind, help: None, unit: None, series: BTreeMap::new() }
    }
}

/// What may be left out is `None`, or empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Series {
    /// The value of a counter or a gauge.
    pub(super) value: Option<Number>,
    pub(super) histogram: Option<Histogram>,
    /// In milliseconds since the Unix epoch.
    pub(super) start: Option<u64>,
    pub(super) exemplars: Vec<Exemplar>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Histogram {
    pub(super) count: u64,
    pub(super) sum: Number,
    /// Cumulative, `+Inf` last.
    pub(super) classic: Vec<(Number, u64)>,
    pub(super) native: Option<Native>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Native {
    pub(super) schema: i64,
    pub(super) zero_threshold: Number,
    pub(super) zero: u64,
    pub(super) negative: Vec<(i64, u64)>,
    pub(super) positive: Vec<(i64, u64)>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Exemplar {
    pub(super) labels: Labels,
    pub(super) value: Number,
    pub(super) at: Option<u64>,
}

/// A number of which NaN equals NaN, and 0 does not equal -0.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Number(pub(super) f64);

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let canonical = |number: &Self| if number.0.is_nan() { f64::NAN } else { number.0 };
        canonical(self).total_cmp(&canonical(other))
    }
}

/// The key of a family: the name of a counter without `_total`.
pub(super) fn key(name: &str, kind: Kind) -> String {
    name.strip_suffix("_total").filter(|_| kind == Kind::Counter).unwrap_or(name).to_owned()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time after 1970")]
pub(super) fn milliseconds(seconds: f64) -> u64 {
    (seconds * 1000.0).round() as u64
}
