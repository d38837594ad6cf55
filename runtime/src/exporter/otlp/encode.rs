//! Families as `Metric` messages of OpenTelemetry
//! (<https://github.com/open-telemetry/opentelemetry-proto/blob/v1.7.0/opentelemetry/proto/metrics/v1/metrics.proto>).
//!
//! A gauge becomes a gauge, a counter a monotonic sum, and a histogram one with explicit bounds or, if it is native, an exponential one. Names are those of
//! Prometheus, which receivers that translate OpenTelemetry's names do not change.

use super::baseline::Baseline;
use super::hexadecimal;
use crate::exporter::exposition::escaping::Escaping;
use crate::exporter::exposition::labels::Labels;
use crate::exporter::exposition::model::{
    Exemplar, Head, Histogram, Native, Series, Sum, Timestamp, Value, Writer, ZERO_THRESHOLD, unit,
};
use crate::exporter::exposition::native::NativeBuckets;
use crate::exporter::exposition::wire::{double, fixed64, integer, message, packed, signed, string};

// The numbers are those of the fields in the published definition.
const DELTA: u64 = 1;
const CUMULATIVE: u64 = 2;

/// Writes the field `metrics` of a `ScopeMetrics`, once for each family.
pub(super) struct Encoder<'a> {
    /// The time of the values, in nanoseconds since 1970.
    at: u64,
    /// The acknowledged totals, if deltas are pushed.
    baseline: Option<&'a mut Baseline>,
    family: Family,
}

/// The family that is being written.
#[derive(Default)]
struct Family {
    name: String,
    help: String,
    unit: &'static str,
    data: Data,
    /// The field `data_points` of each series.
    points: Vec<u8>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Data {
    #[default]
    Gauge,
    Sum,
    Histogram,
    ExponentialHistogram,
}

impl<'a> Encoder<'a> {
    pub(super) fn new(at: u64, mut baseline: Option<&'a mut Baseline>) -> Self {
        if let Some(baseline) = &mut baseline {
            baseline.begin(at);
        }
        Self { at, baseline, family: Family::default() }
    }

    /// The identity of a series across pushes.
    fn key(&self, series: &Series<'_>) -> String {
        format!("{}\0{}", self.family.name, series.labels.text(Escaping::AllowUtf8))
    }

    /// A counter; of nanoseconds, if it is one of seconds.
    #[allow(clippy::cast_precision_loss, reason = "the format has floats here")]
    fn counter(&mut self, series: &Series<'_>, total: u64, is_seconds: bool) {
        let created = nanoseconds(series.created);
        let key = self.key(series);
        let (start, value) = match &mut self.baseline {
            Some(baseline) => match baseline.counter(key, series.created, total) {
                Some(delta) => (delta.since.unwrap_or(created), delta.value),
                None => return,
            },
            None => (created, total),
        };
        message(&mut self.family.points, 1, |point| {
            attributes(point, 7, series.labels);
            times(point, start, self.at);
            if is_seconds {
                double(point, 4, value as f64 / 1e9);
            } else if i64::try_from(value).is_ok() {
                // `as_int`.
                fixed64(point, 6, value);
            } else {
                double(point, 4, value as f64);
            }
        });
    }

    fn gauge(&mut self, series: &Series<'_>, level: f64) {
        message(&mut self.family.points, 1, |point| {
            attributes(point, 7, series.labels);
            fixed64(point, 3, self.at);
            double(point, 4, level);
        });
    }

    fn histogram(&mut self, series: &Series<'_>, total: &Histogram<'_>) {
        let created = nanoseconds(series.created);
        let key = self.key(series);
        if let Some(baseline) = &mut self.baseline {
            let Some(delta) = baseline.histogram(key, series.created, total) else { return };
            let new = Histogram {
                bounds: total.bounds,
                buckets: &delta.value.buckets,
                sum: Sum::Float(delta.value.sum),
                exemplars: total.exemplars,
                native: delta.value.native(),
            };
            self.histogram_point(series.labels, delta.since.unwrap_or(created), &new);
        } else {
            self.histogram_point(series.labels, created, total);
        }
    }

    fn histogram_point(&mut self, labels: Labels<'_>, start: u64, histogram: &Histogram<'_>) {
        self.family.data = if histogram.native.is_some() { Data::ExponentialHistogram } else { Data::Histogram };
        message(&mut self.family.points, 1, |point| {
            attributes(point, if histogram.native.is_some() { 1 } else { 9 }, labels);
            times(point, start, self.at);
            fixed64(point, 4, histogram.count());
            double(point, 5, histogram.sum.as_f64());
            let exemplars_field = match &histogram.native {
                Some(native) => {
                    exponential(point, native);
                    11
                }
                None => {
                    packed(point, 6, histogram.buckets.iter().map(|count| count.to_le_bytes()));
                    packed(point, 7, histogram.bounds.values().iter().map(|bound| bound.to_le_bytes()));
                    8
                }
            };
            for found in histogram.exemplars.iter().flatten() {
                message(point, exemplars_field, |output| exemplar(output, found));
            }
        });
    }
}

impl Writer for Encoder<'_> {
    fn head(&mut self, _: &mut Vec<u8>, head: &Head<'_>) {
        self.family.points.clear();
        head.name.clone_into(&mut self.family.name);
        head.help.unwrap_or_default().clone_into(&mut self.family.help);
        // UCUM, as OpenTelemetry requires.
        self.family.unit = match unit(head.name, head.kind) {
            Some("seconds") => "s",
            Some("bytes") => "By",
            _ => "",
        };
    }

    fn series(&mut self, _: &mut Vec<u8>, _: &Head<'_>, series: &Series<'_>) {
        match &series.value {
            Value::Counter(total) => {
                self.family.data = Data::Sum;
                self.counter(series, *total, false);
            }
            Value::Seconds(total) => {
                self.family.data = Data::Sum;
                self.counter(series, *total, true);
            }
            Value::Gauge(level) => {
                self.family.data = Data::Gauge;
                self.gauge(series, *level);
            }
            Value::Histogram(total) => self.histogram(series, total),
        }
    }

    fn family_end(&mut self, output: &mut Vec<u8>) {
        let Family { name, help, unit, data, points } = &mut self.family;
        if points.is_empty() {
            return;
        }
        let temporality = if self.baseline.is_some() { DELTA } else { CUMULATIVE };
        message(output, 2, |metric| {
            string(metric, 1, name);
            string(metric, 2, help);
            string(metric, 3, unit);
            let field = match data {
                Data::Gauge => 5,
                Data::Sum => 7,
                Data::Histogram => 9,
                Data::ExponentialHistogram => 10,
            };
            message(metric, field, |output| {
                output.append(points);
                if *data != Data::Gauge {
                    integer(output, 2, temporality);
                }
                if *data == Data::Sum {
                    // `is_monotonic`.
                    integer(output, 3, 1);
                }
            });
        });
    }

    fn end(&mut self, _: &mut Vec<u8>) {}
}

/// A `KeyValue` for each label.
fn attributes(output: &mut Vec<u8>, field: u32, labels: Labels<'_>) {
    for (name, value) in labels.iter() {
        attribute(output, field, &name, &value);
    }
}

/// A `KeyValue` with a string.
pub(super) fn attribute(output: &mut Vec<u8>, field: u32, name: &str, value: &str) {
    message(output, field, |pair| {
        string(pair, 1, name);
        message(pair, 2, |any| string(any, 1, value));
    });
}

fn times(output: &mut Vec<u8>, start: u64, at: u64) {
    fixed64(output, 2, start.min(at));
    fixed64(output, 3, at);
}

/// Buckets with the index n have values above 2^(n * 2^-scale), where Prometheus' index is that of the upper bound. All buckets from the first to the
/// last one are written.
fn exponential(output: &mut Vec<u8>, native: &Native<'_>) {
    let mut buckets = NativeBuckets::of(native);
    buckets.make_dense();
    let native = buckets.shown();
    signed(output, 6, native.schema.into());
    fixed64(output, 7, native.zero);
    for (field, buckets) in [(8, native.positive), (9, native.negative)] {
        let (Some((first, _)), Some((last, _))) = (buckets.first(), buckets.last()) else { continue };
        message(output, field, |output| {
            signed(output, 1, i64::from(*first) - 1);
            message(output, 2, |counts| {
                let mut buckets = buckets.iter().peekable();
                for index in *first..=*last {
                    let count = buckets.next_if(|(at, _)| *at == index).map_or(0, |(_, count)| *count);
                    crate::exporter::exposition::wire::varint(counts, count);
                }
            });
        });
    }
    double(output, 14, ZERO_THRESHOLD);
}

/// Trace and span have fields of their own, for 16 and 8 bytes.
#[allow(clippy::cast_precision_loss, reason = "the format has floats here")]
fn exemplar(output: &mut Vec<u8>, exemplar: &Exemplar) {
    fixed64(output, 2, nanoseconds(exemplar.at));
    double(output, 3, exemplar.nanoseconds as f64 / 1e9);
    for (name, value) in Labels::new(&exemplar.labels).iter() {
        match (&*name, hexadecimal(&value)) {
            ("span_id", Some(id)) if id.len() == 8 => message(output, 4, |output| output.extend(id)),
            ("trace_id", Some(id)) if id.len() == 16 => message(output, 5, |output| output.extend(id)),
            _ => attribute(output, 7, &name, &value),
        }
    }
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(hexadecimal::byte).collect()
}

/// 0 for an unknown time, as the definition requires.
fn nanoseconds(at: Option<Timestamp>) -> u64 {
    at.map_or(0, |at| at.milliseconds.saturating_mul(1_000_000))
}
