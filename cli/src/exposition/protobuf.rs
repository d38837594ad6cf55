//! Prometheus' protobuf format, as <https://github.com/prometheus/client_model/blob/v0.6.2/io/prometheus/client/metrics.proto> defines it.

use std::collections::BTreeSet;

use prost::Message;

use super::model::{AtLine, Exposition, Family, Kind, Part, Problem, Sample};

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

#[derive(Clone, PartialEq, Message)]
struct Span {
    #[prost(sint32, optional, tag = "1")]
    offset: Option<i32>,
    #[prost(uint32, optional, tag = "2")]
    length: Option<u32>,
}

/// A histogram. One of native buckets has a schema; each bucket is the difference from the one before it.
#[derive(Clone, PartialEq, Message)]
struct Histogram {
    #[prost(uint64, optional, tag = "1")]
    sample_count: Option<u64>,
    #[prost(double, optional, tag = "2")]
    sample_sum: Option<f64>,
    #[prost(message, repeated, tag = "3")]
    bucket: Vec<Bucket>,
    #[prost(sint32, optional, tag = "5")]
    schema: Option<i32>,
    #[prost(uint64, optional, tag = "7")]
    zero_count: Option<u64>,
    #[prost(message, repeated, tag = "9")]
    negative_span: Vec<Span>,
    #[prost(sint64, repeated, tag = "10")]
    negative_delta: Vec<i64>,
    #[prost(message, repeated, tag = "12")]
    positive_span: Vec<Span>,
    #[prost(sint64, repeated, tag = "13")]
    positive_delta: Vec<i64>,
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
    histogram: Option<Histogram>,
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

/// Decodes messages, each preceded by its length. Instead of lines, families are numbered. An error is the number of families before invalid bytes: 0 if the
/// bytes have another format.
pub(crate) fn decode(mut bytes: &[u8]) -> Result<Exposition, usize> {
    let mut exposition = Exposition { has_native_buckets: true, ..Exposition::default() };
    while !bytes.is_empty() {
        let read = exposition.families.len();
        let family = MetricFamily::decode_length_delimited(&mut bytes).map_err(|_| read)?;
        // Text that seems to be a message has no metrics.
        if family.name().is_empty() || (read == 0 && family.metric.is_empty()) {
            return Err(read);
        }
        let line = read + 1;
        if exposition.families.iter().any(|known| known.name == family.name()) {
            let message = format!("the family `{}` is served twice", family.name());
            exposition.problems.push(Problem { line, column: 1, message });
        }
        let family = converted(family, line, &mut exposition.problems);
        exposition.families.push(family);
    }
    if exposition.families.is_empty() { Err(0) } else { Ok(exposition) }
}

fn converted(family: MetricFamily, line: usize, problems: &mut Vec<Problem>) -> Family {
    let kind = match family.kind() {
        0 => Kind::Counter,
        1 => Kind::Gauge,
        2 => Kind::Summary,
        4 => Kind::Histogram,
        5 => Kind::GaugeHistogram,
        _ => Kind::Untyped,
    };
    let said = |text: Option<String>| text.filter(|text| !text.is_empty()).map(|what| AtLine { line, what });
    let name = family.name.unwrap_or_default();
    let mut found = Family {
        name: name.clone(),
        line,
        kind: Some(AtLine { line, what: kind }),
        help: said(family.help),
        unit: said(family.unit),
        samples: Vec::new(),
        is_damaged: false,
        has_mistyped_values: false,
    };
    let mut series = BTreeSet::new();
    for metric in family.metric {
        let mut problem = |message| problems.push(Problem { line, column: 1, message });
        let mut labels: Vec<(String, String)> =
            metric.label.iter().map(|pair| (pair.name.clone(), pair.value.clone())).collect();
        labels.retain(|(_, value)| !value.is_empty());
        labels.sort_unstable();
        if labels.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            problem(format!("a series of `{name}` has a label twice"));
        }
        if !series.insert(labels) {
            problem(format!("a series of `{name}` is served twice"));
        }
        let samples = samples(metric, kind, line);
        found.has_mistyped_values |= samples.is_none();
        found.samples.extend(samples.unwrap_or_default());
    }
    found
}

/// Returns the samples of a series; `None` if it has no value of this type. Summaries are not read, because no declared family is one.
fn samples(metric: Metric, kind: Kind, line: usize) -> Option<Vec<Sample>> {
    let labels: Vec<(String, String)> = metric.label.into_iter().map(|pair| (pair.name, pair.value)).collect();
    let sample = |part, value: f64, le: Option<f64>| {
        let le = le.map(|le| ("le".to_owned(), if le.is_infinite() { "+Inf".to_owned() } else { le.to_string() }));
        Sample { line, part, labels: labels.iter().cloned().chain(le).collect(), value }
    };
    let value = |number: Option<Number>| Some(vec![sample(Part::Value, number?.value(), None)]);
    match kind {
        Kind::Counter => value(metric.counter),
        Kind::Gauge => value(metric.gauge),
        Kind::Histogram | Kind::GaugeHistogram => Some(parts(&metric.histogram?, sample)),
        Kind::Summary => None,
        _ => value(metric.untyped),
    }
}

#[allow(clippy::cast_precision_loss, reason = "the text formats have the same loss")]
fn parts(histogram: &Histogram, sample: impl Fn(Part, f64, Option<f64>) -> Sample) -> Vec<Sample> {
    let count = histogram.sample_count() as f64;
    let bucket = |bucket: &Bucket| sample(Part::Bucket, bucket.cumulative_count() as f64, Some(bucket.upper_bound()));
    let mut samples: Vec<Sample> = histogram.bucket.iter().map(bucket).collect();
    if let Some(schema) = histogram.schema {
        let observations = observations(histogram).map_or(f64::NAN, |count| count as f64);
        samples.push(sample(Part::Native(schema), observations, None));
    }
    // The last classic bucket may be left out, and those of a native histogram completely.
    let is_native_only = histogram.schema.is_some() && histogram.bucket.is_empty();
    if !is_native_only && !histogram.bucket.iter().any(|bucket| bucket.upper_bound().is_infinite()) {
        samples.push(sample(Part::Bucket, count, Some(f64::INFINITY)));
    }
    samples.push(sample(Part::Sum, histogram.sample_sum(), None));
    samples.push(sample(Part::Count, count, None));
    samples
}

/// Returns the number of observations in native buckets; `None` if the spans have another number of buckets, or a bucket has less than none.
fn observations(histogram: &Histogram) -> Option<u64> {
    let mut all = histogram.zero_count();
    for (spans, deltas) in
        [(&histogram.negative_span, &histogram.negative_delta), (&histogram.positive_span, &histogram.positive_delta)]
    {
        let buckets: u64 = spans.iter().map(|span| u64::from(span.length())).sum();
        if buckets != deltas.len() as u64 {
            return None;
        }
        let mut count = 0_i64;
        for delta in deltas {
            count = count.checked_add(*delta)?;
            all = all.checked_add(u64::try_from(count).ok()?)?;
        }
    }
    Some(all)
}
