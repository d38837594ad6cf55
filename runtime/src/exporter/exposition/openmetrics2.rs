//! `OpenMetrics` 2.0.0-rc0 (<https://prometheus.io/docs/specs/om/open_metrics_spec_2_0/>). Experimental, like the specification.
//!
//! Differences from 1.0: names are as recorded, a histogram is one sample with a composite value, which may contain native buckets, and a sample contains its
//! start timestamp.

use super::escaping::Escaping;
use super::model::{Head, Histogram, Native, Series, Timestamp, Value, Writer, ZERO_THRESHOLD, unit};
use super::native::spans;
use super::sample::{Name, escape_help, exemplar, float, integer, nanoseconds, sample, signed, sum, timestamp};
use super::text::comment;

/// Writes `OpenMetrics` 2.0.
#[derive(Debug)]
pub(super) struct OpenMetrics2 {
    escaping: Escaping,
    /// The name of the current family.
    name: Name,
}

impl OpenMetrics2 {
    pub(super) fn new(escaping: Escaping) -> Self {
        Self { escaping, name: Name::default() }
    }
}

impl Writer for OpenMetrics2 {
    fn head(&mut self, output: &mut Vec<u8>, head: &Head<'_>) {
        self.name = Name::new(self.escaping.metric(head.name).into_owned());
        comment(output, "# TYPE ", &self.name);
        output.extend_from_slice(head.kind.word().as_bytes());
        output.push(b'\n');
        if let Some(unit) = unit(self.name.as_str(), head.kind) {
            comment(output, "# UNIT ", &self.name);
            output.extend_from_slice(unit.as_bytes());
            output.push(b'\n');
        }
        if let Some(help) = head.help {
            comment(output, "# HELP ", &self.name);
            escape_help(output, help, true);
            output.push(b'\n');
        }
    }

    fn series(&mut self, output: &mut Vec<u8>, _: &Head<'_>, series: &Series<'_>) {
        sample(output, &self.name, "", &series.labels.text(self.escaping), None);
        match &series.value {
            Value::Gauge(value) => float(output, *value),
            Value::Counter(value) => {
                integer(output, *value);
                start(output, series.created);
            }
            Value::Seconds(value) => {
                nanoseconds(output, *value);
                start(output, series.created);
            }
            Value::Histogram(value) => {
                histogram(output, value);
                start(output, series.created);
                // An exemplar must have a time.
                let exemplars = value.exemplars.iter().flatten().filter(|exemplar| exemplar.at.is_some());
                exemplars.for_each(|found| exemplar(output, found));
            }
        }
        output.push(b'\n');
    }

    fn family_end(&mut self, _: &mut Vec<u8>) {}

    fn end(&mut self, output: &mut Vec<u8>) {
        output.extend_from_slice(b"# EOF\n");
    }
}

fn start(output: &mut Vec<u8>, created: Option<Timestamp>) {
    if let Some(created) = created {
        output.extend_from_slice(b" st@");
        timestamp(output, created);
    }
}

/// Writes a histogram's composite value. The order of its fields is fixed.
fn histogram(output: &mut Vec<u8>, histogram: &Histogram<'_>) {
    output.extend_from_slice(b"{count:");
    integer(output, histogram.count());
    output.extend_from_slice(b",sum:");
    sum(output, histogram.sum);
    if let Some(buckets) = &histogram.native {
        native(output, buckets);
    }
    if histogram.native.as_ref().is_none_or(|native| native.shows_classic) {
        let mut count = 0;
        output.extend_from_slice(b",bucket:");
        list(output, histogram.buckets.iter().zip(histogram.bounds.openmetrics()), |output, (bucket, bound)| {
            count += bucket;
            output.extend_from_slice(bound.as_bytes());
            output.push(b':');
            integer(output, count);
        });
    }
    output.push(b'}');
}

fn native(output: &mut Vec<u8>, native: &Native<'_>) {
    output.extend_from_slice(b",schema:");
    signed(output, native.schema.into());
    output.extend_from_slice(b",zero_threshold:");
    output.extend_from_slice(format!("{ZERO_THRESHOLD:e}").as_bytes());
    output.extend_from_slice(b",zero_count:");
    integer(output, native.zero);
    for (sign, buckets) in [("negative", native.negative), ("positive", native.positive)] {
        if buckets.is_empty() {
            continue;
        }
        output.extend_from_slice(format!(",{sign}_spans:").as_bytes());
        list(output, spans(buckets), |output, (offset, span)| {
            signed(output, offset);
            output.push(b':');
            integer(output, span.len() as u64);
        });
        output.extend_from_slice(format!(",{sign}_buckets:").as_bytes());
        list(output, buckets.iter(), |output, (_, count)| integer(output, *count));
    }
}

fn list<T>(output: &mut Vec<u8>, items: impl Iterator<Item = T>, mut write: impl FnMut(&mut Vec<u8>, T)) {
    output.push(b'[');
    for (at, item) in items.enumerate() {
        if at > 0 {
            output.push(b',');
        }
        write(output, item);
    }
    output.push(b']');
}
