//! `OpenMetrics` 1.0 (<https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md>).

use std::collections::HashSet;

use super::escaping::Escaping;
use super::model::{Head, Histogram, Series, Timestamp, Value, Writer, unit};
use super::sample::{Name, escape_help, exemplar, float, integer, nanoseconds, sample, sum, timestamp};
use super::text::comment;
use crate::names::{Kind, openmetrics_name};

/// Writes `OpenMetrics`.
#[derive(Debug)]
pub(super) struct OpenMetrics {
    escaping: Escaping,
    /// Whether `_created` samples are shown.
    shows_created: bool,
    /// The name of the current family; a counter's name is without `_total`.
    name: Name,
    /// Whether the current family is a counter whose name without `_total` is that of another family. Its type is `unknown`: such a family may have any
    /// name.
    is_unknown: bool,
    /// The names of the gauges and histograms until now. Families are sorted, so `orders` comes before `orders_total`.
    others: HashSet<String>,
}

impl OpenMetrics {
    pub(super) fn new(escaping: Escaping, shows_created: bool) -> Self {
        Self { escaping, shows_created, name: Name::default(), is_unknown: false, others: HashSet::new() }
    }

    fn histogram(&self, output: &mut Vec<u8>, labels: &str, histogram: &Histogram<'_>) {
        let mut count = 0;
        for (at, (bucket, bound)) in histogram.buckets.iter().zip(histogram.bounds.openmetrics()).enumerate() {
            count += bucket;
            sample(output, &self.name, "_bucket", labels, Some(bound));
            integer(output, count);
            if let Some(Some(found)) = histogram.exemplars.get(at) {
                exemplar(output, found);
            }
            output.push(b'\n');
        }
        // With a bound below 0, the specification allows neither a sum nor a count: a sum of such values is not a counter.
        if histogram.bounds.values().first().is_some_and(|bound| *bound < 0.0) {
            return;
        }
        sample(output, &self.name, "_sum", labels, None);
        sum(output, histogram.sum);
        output.push(b'\n');
        sample(output, &self.name, "_count", labels, None);
        integer(output, count);
        output.push(b'\n');
    }

    fn created(&self, output: &mut Vec<u8>, labels: &str, created: Option<Timestamp>) {
        if let Some(created) = created.filter(|_| self.shows_created && !self.is_unknown) {
            sample(output, &self.name, "_created", labels, None);
            timestamp(output, created);
            output.push(b'\n');
        }
    }
}

impl Writer for OpenMetrics {
    fn head(&mut self, output: &mut Vec<u8>, head: &Head<'_>) {
        let full = self.escaping.metric(head.name);
        let name = openmetrics_name(&full, head.kind);
        self.is_unknown = head.kind == Kind::Counter && self.others.contains(name);
        if head.kind != Kind::Counter {
            self.others.insert(name.to_owned());
        }
        self.name = Name::new(if self.is_unknown { &full } else { name }.to_owned());
        if let Some(help) = head.help {
            comment(output, "# HELP ", &self.name);
            escape_help(output, help, true);
            output.push(b'\n');
        }
        comment(output, "# TYPE ", &self.name);
        output.extend_from_slice(if self.is_unknown { "unknown" } else { head.kind.word() }.as_bytes());
        output.push(b'\n');
        if let Some(unit) = unit(self.name.as_str(), head.kind).filter(|_| !self.is_unknown) {
            comment(output, "# UNIT ", &self.name);
            output.extend_from_slice(unit.as_bytes());
            output.push(b'\n');
        }
    }

    fn series(&mut self, output: &mut Vec<u8>, _: &Head<'_>, series: &Series<'_>) {
        let labels = series.labels.text(self.escaping);
        match &series.value {
            Value::Counter(_) | Value::Seconds(_) => {
                sample(output, &self.name, if self.is_unknown { "" } else { "_total" }, &labels, None);
                match series.value {
                    Value::Seconds(value) => nanoseconds(output, value),
                    Value::Counter(value) => integer(output, value),
                    Value::Gauge(_) | Value::Histogram(_) => {}
                }
                output.push(b'\n');
                self.created(output, &labels, series.created);
            }
            Value::Gauge(value) => {
                sample(output, &self.name, "", &labels, None);
                float(output, *value);
                output.push(b'\n');
            }
            Value::Histogram(histogram) => {
                self.histogram(output, &labels, histogram);
                self.created(output, &labels, series.created);
            }
        }
    }

    fn family_end(&mut self, _: &mut Vec<u8>) {}

    fn end(&mut self, output: &mut Vec<u8>) {
        output.extend_from_slice(b"# EOF\n");
    }
}
