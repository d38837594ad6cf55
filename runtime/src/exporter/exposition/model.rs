//! The model of an exposition, independent of formats: families, series and values.

use std::time::{Duration, SystemTime};

use super::bounds::Bounds;
use super::labels::Labels;
use crate::names::{Kind, openmetrics_name};

/// The head of a family: name, kind, HELP and unit.
#[derive(Clone, Copy, Debug)]
pub(in crate::exporter) struct Head<'a> {
    /// The recorded name; formats escape it.
    pub(in crate::exporter) name: &'a str,
    pub(in crate::exporter) help: Option<&'a str>,
    pub(in crate::exporter) kind: Kind,
}

/// The unit at the end of a family's name, before a counter's `_total`.
pub(in crate::exporter) fn unit(name: &str, kind: Kind) -> Option<&'static str> {
    let base = openmetrics_name(name, kind);
    ["seconds", "bytes"].into_iter().find(|unit| base.strip_suffix(unit).is_some_and(|rest| rest.ends_with('_')))
}

/// One label set of a family, with its value.
#[derive(Debug)]
pub(in crate::exporter) struct Series<'a> {
    pub(in crate::exporter) labels: Labels<'a>,
    /// The start timestamp.
    pub(in crate::exporter) created: Option<Timestamp>,
    pub(in crate::exporter) value: Value<'a>,
}

/// The value of a series.
#[derive(Debug)]
pub(in crate::exporter) enum Value<'a> {
    Counter(u64),
    /// A counter of seconds, in nanoseconds.
    Seconds(u64),
    Gauge(f64),
    Histogram(Histogram<'a>),
}

impl Value<'_> {
    /// Whether anything was counted.
    pub(in crate::exporter) fn has_counted(&self) -> bool {
        match self {
            Self::Counter(count) | Self::Seconds(count) => *count > 0,
            Self::Gauge(_) => true,
            Self::Histogram(histogram) => histogram.count() > 0,
        }
    }

    /// The same, and for a gauge whether it is above zero.
    pub(in crate::exporter) fn is_above_zero(&self) -> bool {
        match self {
            Self::Gauge(value) => *value > 0.0,
            _ => self.has_counted(),
        }
    }
}

/// A histogram's value.
#[derive(Debug)]
pub(in crate::exporter) struct Histogram<'a> {
    pub(in crate::exporter) bounds: &'a Bounds,
    /// The number of observations in each classic bucket (not cumulative), `+Inf` last.
    pub(in crate::exporter) buckets: &'a [u64],
    pub(in crate::exporter) sum: Sum,
    /// The exemplar of each classic bucket; empty if there are none.
    pub(in crate::exporter) exemplars: &'a [Option<Exemplar>],
    /// The same values in native buckets.
    pub(in crate::exporter) native: Option<Native<'a>>,
}

/// Native buckets. Those with the index n have values of at most 2^(n * 2^-schema).
#[derive(Debug)]
pub(in crate::exporter) struct Native<'a> {
    pub(in crate::exporter) schema: i8,
    /// Whether a format that has native buckets shows the classic ones too.
    pub(in crate::exporter) shows_classic: bool,
    /// How many values are [`ZERO_THRESHOLD`] or less, whatever their sign.
    pub(in crate::exporter) zero: u64,
    /// Indices and numbers of values, ordered by index.
    pub(in crate::exporter) positive: &'a [(i32, u64)],
    /// The same of values below 0, by their absolute values.
    pub(in crate::exporter) negative: &'a [(i32, u64)],
}

/// The bound of the zero bucket: that of Prometheus' client libraries, 2^-128.
pub(in crate::exporter) const ZERO_THRESHOLD: f64 = 2.938_735_877_055_719e-39;

impl Histogram<'_> {
    pub(in crate::exporter) fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }
}

/// The sum of a histogram's observations.
#[derive(Clone, Copy, Debug)]
pub(in crate::exporter) enum Sum {
    /// Durations, exact to the nanosecond.
    Nanoseconds(u64),
    Float(f64),
}

impl Sum {
    #[allow(clippy::cast_precision_loss, reason = "a float is what is wanted")]
    pub(in crate::exporter) fn as_f64(self) -> f64 {
        match self {
            Self::Nanoseconds(nanoseconds) => nanoseconds as f64 / 1e9,
            Self::Float(sum) => sum,
        }
    }
}

/// One call of a bucket, with its trace ids.
#[derive(Clone, Debug)]
pub(in crate::exporter) struct Exemplar {
    /// The labels in canonical form.
    pub(in crate::exporter) labels: String,
    pub(in crate::exporter) nanoseconds: u64,
    pub(in crate::exporter) at: Option<Timestamp>,
}

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::exporter) struct Timestamp {
    /// Milliseconds since the Unix epoch.
    pub(in crate::exporter) milliseconds: u64,
}

impl Timestamp {
    /// `None` for a time before the Unix epoch, which an unset clock may return.
    pub(in crate::exporter) fn of(time: SystemTime) -> Option<Self> {
        let since: Duration = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        Some(Self { milliseconds: u64::try_from(since.as_millis()).ok()? })
    }

    pub(in crate::exporter) fn now() -> Option<Self> {
        Self::of(SystemTime::now())
    }
}

/// Writes a format. Each family is one head, its series, and one end.
pub(in crate::exporter) trait Writer {
    fn head(&mut self, output: &mut Vec<u8>, head: &Head<'_>);

    fn series(&mut self, output: &mut Vec<u8>, head: &Head<'_>, series: &Series<'_>);

    /// Ends a family.
    fn family_end(&mut self, output: &mut Vec<u8>);

    /// Ends the exposition.
    fn end(&mut self, output: &mut Vec<u8>);
}

/// Takes families in their order, each as one head, its series, and one end.
pub(in crate::exporter) trait Shown {
    fn head(&mut self, head: &Head<'_>);

    fn series(&mut self, head: &Head<'_>, series: &Series<'_>);

    /// A family has no more series.
    fn family_end(&mut self);
}
