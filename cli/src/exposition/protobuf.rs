//! Prometheus' protobuf format, as <https://github.com/prometheus/client_model/blob/v0.6.2/io/prometheus/client/metrics.proto> defines it.
//! Native histograms are read by their classic buckets only.

use prost::Message;

use super::model::{AtLine, Exposition, Family, Kind, Part, Sample};

#[derive(Clone, PartialEq, Message)]
struct LabelPair {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    value: String,
}

#[derive(Clone, PartialEq, Message)]
struct Number {
    #[prost(double, optional, tag = "1")]
    value: Option<f64>,
}

#[derive(Clone, PartialEq, Message)]
struct Bucket {
    #[prost(uint64, optional, tag = "1")]
    cumulative_count: Option<u64>,
    #[prost(double, optional, tag = "2")]
    upper_bound: Option<f64>,
}

/// A histogram, or a summary, which has neither buckets nor anything else that is needed here.
#[derive(Clone, PartialEq, Message)]
struct Distribution {
    #[prost(uint64, optional, tag = "1")]
    sample_count: Option<u64>,
    #[prost(double, optional, tag = "2")]
    sample_sum: Option<f64>,
    #[prost(message, repeated, tag = "3")]
    bucket: Vec<Bucket>,
}

#[derive(Clone, PartialEq, Message)]
struct Metric {
    #[prost(message, repeated, tag = "1")]
    label: Vec<LabelPair>,
    #[prost(message, optional, tag = "2")]
    gauge: Option<Number>,
    #[prost(message, optional, tag = "3")]
    counter: Option<Number>,
    #[prost(message, optional, tag = "5")]
    untyped: Option<Number>,
    #[prost(message, optional, tag = "7")]
    histogram: Option<Distribution>,
}

#[derive(Clone, PartialEq, Message)]
struct MetricFamily {
    #[prost(string, optional, tag = "1")]
    name: Option<String>,
    #[prost(string, optional, tag = "2")]
    help: Option<String>,
    #[prost(int32, optional, tag = "3")]
    kind: Option<i32>,
    #[prost(message, repeated, tag = "4")]
    metric: Vec<Metric>,
    #[prost(string, optional, tag = "5")]
    unit: Option<String>,
}

/// Decodes messages, each preceded by its length; `None` if the bytes have another format. Instead of lines, families are numbered.
pub(crate) fn decode(mut bytes: &[u8]) -> Option<Exposition> {
    let mut exposition = Exposition::default();
    while !bytes.is_empty() {
        let family = MetricFamily::decode_length_delimited(&mut bytes).ok()?;
        if family.name().is_empty() || family.metric.is_empty() {
            return None;
        }
        exposition.families.push(converted(family, exposition.families.len() + 1));
    }
    (!exposition.families.is_empty()).then_some(exposition)
}

fn converted(family: MetricFamily, line: usize) -> Family {
    let kind = match family.kind() {
        0 => Kind::Counter,
        1 => Kind::Gauge,
        2 => Kind::Summary,
        4 => Kind::Histogram,
        5 => Kind::GaugeHistogram,
        _ => Kind::Untyped,
    };
    let said = |text: Option<String>| text.filter(|text| !text.is_empty()).map(|what| AtLine { line, what });
    let samples = family.metric.into_iter().flat_map(|metric| samples(metric, line)).collect();
    Family {
        name: family.name.unwrap_or_default(),
        line,
        kind: Some(AtLine { line, what: kind }),
        help: said(family.help),
        unit: said(family.unit),
        samples,
        is_damaged: false,
    }
}

#[allow(clippy::cast_precision_loss, reason = "the text formats have the same loss")]
fn samples(metric: Metric, line: usize) -> Vec<Sample> {
    let labels: Vec<(String, String)> = metric.label.into_iter().map(|pair| (pair.name, pair.value)).collect();
    let sample = |part, value: f64, le: Option<f64>| {
        let le = le.map(|le| ("le".to_owned(), if le.is_infinite() { "+Inf".to_owned() } else { le.to_string() }));
        Sample { line, part, labels: labels.iter().cloned().chain(le).collect(), value }
    };
    if let Some(value) = metric.gauge.or(metric.counter).or(metric.untyped) {
        return vec![sample(Part::Value, value.value(), None)];
    }
    let Some(histogram) = metric.histogram else { return Vec::new() };
    let count = histogram.sample_count() as f64;
    let bucket = |bucket: &Bucket| sample(Part::Bucket, bucket.cumulative_count() as f64, Some(bucket.upper_bound()));
    let mut samples: Vec<Sample> = histogram.bucket.iter().map(bucket).collect();
    // The last bucket may be left out.
    if !histogram.bucket.iter().any(|bucket| bucket.upper_bound().is_infinite()) {
        samples.push(sample(Part::Bucket, count, Some(f64::INFINITY)));
    }
    samples.push(sample(Part::Sum, histogram.sample_sum(), None));
    samples.push(sample(Part::Count, count, None));
    samples
}
