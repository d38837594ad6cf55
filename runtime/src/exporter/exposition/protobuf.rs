//! Prometheus' protobuf format: `io.prometheus.client.MetricFamily` messages, each preceded by its length
//! (<https://github.com/prometheus/client_model/blob/v0.6.2/io/prometheus/client/metrics.proto>).
//!
//! The messages are written without a generated encoder, because they have few fields, and an encoder would need every family as a tree in memory.

use super::escaping::Escaping;
use super::labels::Labels;
use super::model::{Exemplar, Head, Histogram, Native, Series, Sum, Timestamp, Value, Writer, ZERO_THRESHOLD, unit};
use super::native::spans;
use super::wire::{bytes, double, integer, long_message, message, pair, signed, string, strings, varint};
use crate::names::Kind;

/// Writes protobuf. A family is one message that begins with its length, so one family is buffered at a time.
#[derive(Debug)]
pub(super) struct Protobuf {
    escaping: Escaping,
    family: Vec<u8>,
    created: Created,
}

/// The last start timestamp: most series have the same as the one before.
#[derive(Debug, Default)]
struct Created {
    at: Option<Timestamp>,
    message: Vec<u8>,
}

impl Created {
    /// The content of the message of this timestamp.
    fn message(&mut self, at: Timestamp) -> &[u8] {
        if self.at != Some(at) {
            self.at = Some(at);
            self.message.clear();
            timestamp(&mut self.message, at);
        }
        &self.message
    }
}

impl Protobuf {
    pub(super) fn new(escaping: Escaping) -> Self {
        Self { escaping, family: Vec::new(), created: Created::default() }
    }
}

// The numbers are the field numbers of the published definition.

impl Writer for Protobuf {
    fn head(&mut self, _: &mut Vec<u8>, head: &Head<'_>) {
        let name = self.escaping.metric(head.name);
        self.family.clear();
        string(&mut self.family, 1, &name);
        string(&mut self.family, 2, head.help.unwrap_or_default());
        let kind = match head.kind {
            Kind::Counter => 0,
            Kind::Gauge => 1,
            Kind::Histogram => 4,
        };
        integer(&mut self.family, 3, kind);
        if let Some(unit) = unit(&name, head.kind) {
            string(&mut self.family, 5, unit);
        }
    }

    fn series(&mut self, _: &mut Vec<u8>, _: &Head<'_>, series: &Series<'_>) {
        let escaping = self.escaping;
        let created = series.created.map(|at| self.created.message(at));
        let write = |metric: &mut Vec<u8>| {
            labels(metric, series.labels, escaping);
            match &series.value {
                Value::Gauge(value) => message(metric, 2, |gauge| double(gauge, 1, *value)),
                #[allow(clippy::cast_precision_loss, reason = "the format has floats for counters")]
                Value::Counter(value) => message(metric, 3, |counter| {
                    double(counter, 1, *value as f64);
                    start(counter, 3, created);
                }),
                Value::Seconds(value) => message(metric, 3, |counter| {
                    double(counter, 1, Sum::Nanoseconds(*value).as_f64());
                    start(counter, 3, created);
                }),
                Value::Histogram(value) => long_message(metric, 7, |output| histogram(output, value, created)),
            }
        };
        if matches!(series.value, Value::Histogram(_)) {
            long_message(&mut self.family, 4, write);
        } else {
            message(&mut self.family, 4, write);
        }
    }

    fn family_end(&mut self, output: &mut Vec<u8>) {
        varint(output, self.family.len() as u64);
        output.append(&mut self.family);
    }

    fn end(&mut self, _: &mut Vec<u8>) {}
}

fn labels(output: &mut Vec<u8>, labels: Labels<'_>, escaping: Escaping) {
    let are_plain = labels.are_plain(escaping);
    for (name, value) in labels.iter() {
        let name = if are_plain { name } else { escaping.label(&name).into_owned().into() };
        strings(output, 1, &name, &value);
    }
}

fn histogram(output: &mut Vec<u8>, histogram: &Histogram<'_>, created: Option<&[u8]>) {
    integer(output, 1, histogram.count());
    double(output, 2, histogram.sum.as_f64());
    if histogram.native.as_ref().is_none_or(|native| native.shows_classic) {
        classic(output, histogram);
    }
    if let Some(buckets) = &histogram.native {
        native(output, buckets);
    }
    start(output, 15, created);
    if histogram.native.is_some() {
        for found in histogram.exemplars.iter().flatten() {
            message(output, 16, |output| exemplar(output, found));
        }
    }
}

fn classic(output: &mut Vec<u8>, histogram: &Histogram<'_>) {
    let bounds = histogram.bounds.values().iter().copied().chain([f64::INFINITY]);
    let mut count = 0;
    for (at, (in_bucket, bound)) in histogram.buckets.iter().zip(bounds).enumerate() {
        count += in_bucket;
        match histogram.exemplars.get(at) {
            Some(Some(found)) => message(output, 3, |bucket| {
                integer(bucket, 1, count);
                double(bucket, 2, bound);
                message(bucket, 3, |output| exemplar(output, found));
            }),
            _ => pair(output, 3, count, bound),
        }
    }
}

fn native(output: &mut Vec<u8>, native: &Native<'_>) {
    signed(output, 5, native.schema.into());
    double(output, 6, ZERO_THRESHOLD);
    integer(output, 7, native.zero);
    native_buckets(output, [9, 10], native.negative);
    native_buckets(output, [12, 13], native.positive);
}

/// Spans of buckets that follow each other, and then the number of values in each bucket, as the difference to the bucket before it.
#[allow(clippy::cast_possible_wrap, reason = "numbers of values are below 2^63")]
fn native_buckets(output: &mut Vec<u8>, [span, delta]: [u32; 2], buckets: &[(i32, u64)]) {
    for (offset, buckets) in spans(buckets) {
        message(output, span, |span| {
            signed(span, 1, offset.into());
            integer(span, 2, buckets.len() as u64);
        });
    }
    let mut before = 0;
    for (_, count) in buckets {
        signed(output, delta, *count as i64 - before);
        before = *count as i64;
    }
}

#[allow(clippy::cast_precision_loss, reason = "the format has floats here")]
fn exemplar(output: &mut Vec<u8>, exemplar: &Exemplar) {
    labels(output, Labels::new(&exemplar.labels), Escaping::AllowUtf8);
    double(output, 2, exemplar.nanoseconds as f64 / 1e9);
    if let Some(at) = exemplar.at {
        message(output, 3, |output| timestamp(output, at));
    }
}

/// A start timestamp, whose content is written already.
fn start(output: &mut Vec<u8>, field: u32, created: Option<&[u8]>) {
    if let Some(content) = created {
        bytes(output, field, content);
    }
}

/// The content of a `google.protobuf.Timestamp`.
fn timestamp(output: &mut Vec<u8>, Timestamp { milliseconds }: Timestamp) {
    integer(output, 1, milliseconds / 1000);
    integer(output, 2, milliseconds % 1000 * 1_000_000);
}
