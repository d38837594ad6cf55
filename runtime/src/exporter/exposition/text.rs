//! Prometheus' text formats 0.0.4 and 1.0.0
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>).

use std::borrow::Cow;

use super::escaping::{Escaping, is_metric_name};
use super::model::{Head, Histogram, Series, Value, Writer};
use super::sample::{Name, escape_help, float, integer, nanoseconds, sample, sum};

/// Writes a text format of Prometheus.
#[derive(Debug)]
pub(super) struct Text {
    escaping: Escaping,
    /// The name of the current family.
    name: Name,
}

impl Text {
    pub(super) fn new(escaping: Escaping) -> Self {
        Self { escaping, name: Name::default() }
    }

    fn histogram(&self, output: &mut Vec<u8>, labels: &str, histogram: &Histogram<'_>) {
        let mut count = 0;
        for (bucket, bound) in histogram.buckets.iter().zip(histogram.bounds.text()) {
            count += bucket;
            sample(output, &self.name, "_bucket", labels, Some(bound));
            integer(output, count);
            output.push(b'\n');
        }
        sample(output, &self.name, "_sum", labels, None);
        sum(output, histogram.sum);
        output.push(b'\n');
        sample(output, &self.name, "_count", labels, None);
        integer(output, count);
    }
}

impl Writer for Text {
    fn head(&mut self, output: &mut Vec<u8>, head: &Head<'_>) {
        self.name = Name::new(self.escaping.metric(head.name).into_owned());
        if let Some(help) = head.help {
            comment(output, "# HELP ", &self.name);
            escape_help(output, help, false);
            output.push(b'\n');
        }
        comment(output, "# TYPE ", &self.name);
        output.extend_from_slice(head.kind.word().as_bytes());
        output.push(b'\n');
    }

    fn series(&mut self, output: &mut Vec<u8>, _: &Head<'_>, series: &Series<'_>) {
        let labels = series.labels.text(self.escaping);
        match &series.value {
            Value::Counter(value) => {
                sample(output, &self.name, "", &labels, None);
                integer(output, *value);
            }
            Value::Seconds(value) => {
                sample(output, &self.name, "", &labels, None);
                nanoseconds(output, *value);
            }
            Value::Gauge(value) => {
                sample(output, &self.name, "", &labels, None);
                float(output, *value);
            }
            Value::Histogram(histogram) => self.histogram(output, &labels, histogram),
        }
        output.push(b'\n');
    }

    fn family_end(&mut self, output: &mut Vec<u8>) {
        output.push(b'\n');
    }

    fn end(&mut self, _: &mut Vec<u8>) {}
}

/// Writes the beginning of a comment about a family.
pub(super) fn comment(output: &mut Vec<u8>, comment: &str, name: &Name) {
    output.extend_from_slice(comment.as_bytes());
    let name = if is_metric_name(name.as_str()) { Cow::Borrowed(name.as_str()) } else { Cow::Owned(name.quoted("")) };
    output.extend_from_slice(name.as_bytes());
    output.push(b' ');
}
