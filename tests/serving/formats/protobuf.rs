//! A reader of Prometheus' protobuf format.

use metrics_instrumented_tests::Kind;

use super::read::{Exemplar, Families, Family, Histogram, Labels, Native, Number, Series, key};
use crate::metrics_proto::{self as proto, LabelPair, MetricType, buckets, decode};

pub(super) fn parse(bytes: &[u8]) -> Families {
    let families = decode(bytes).into_iter().map(|message| {
        let kind = match message.r#type() {
            MetricType::Counter => Kind::Counter,
            MetricType::Gauge => Kind::Gauge,
            MetricType::Histogram => Kind::Histogram,
            other => panic!("{other:?}"),
        };
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let series = message.metric.iter().map(|metric| (labels(&metric.label), series(metric))).collect();
        let family = Family { kind, help: text(message.help()), unit: text(message.unit()), series };
        (key(message.name(), kind), family)
    });
    families.collect()
}

fn labels(pairs: &[LabelPair]) -> Labels {
    pairs.iter().map(|LabelPair { name, value }| (name.clone(), value.clone())).collect()
}

fn time(at: &proto::Timestamp) -> u64 {
    u64::try_from(at.seconds * 1000 + i64::from(at.nanos / 1_000_000)).expect("a time after 1970")
}

fn exemplar(exemplar: &proto::Exemplar) -> Exemplar {
    Exemplar {
        labels: labels(&exemplar.label),
        value: Number(exemplar.value()),
        at: exemplar.timestamp.as_ref().map(time),
    }
}

fn series(metric: &proto::Metric) -> Series {
    let number = |value: Option<f64>| value.map(Number);
    if let Some(counter) = &metric.counter {
        let start = counter.start_timestamp.as_ref().map(time);
        return Series { value: number(counter.value), start, ..Series::default() };
    }
    if let Some(gauge) = &metric.gauge {
        return Series { value: number(gauge.value), ..Series::default() };
    }
    let histogram = metric.histogram.as_ref().expect("a value");
    let count = |buckets: Vec<(i32, i64)>| -> Vec<(i64, u64)> {
        buckets.into_iter().map(|(index, count)| (index.into(), count.try_into().expect("a count"))).collect()
    };
    let native = histogram.schema.map(|schema| Native {
        schema: schema.into(),
        zero_threshold: Number(histogram.zero_threshold()),
        zero: histogram.zero_count(),
        negative: count(buckets(&histogram.negative_span, &histogram.negative_delta)),
        positive: count(buckets(&histogram.positive_span, &histogram.positive_delta)),
    });
    let classic = histogram.bucket.iter().map(|bucket| (Number(bucket.upper_bound()), bucket.cumulative_count()));
    let in_buckets = histogram.bucket.iter().filter_map(|bucket| bucket.exemplar.as_ref());
    let exemplars: Vec<Exemplar> = if native.is_some() {
        histogram.exemplars.iter().map(exemplar).collect()
    } else {
        in_buckets.map(exemplar).collect()
    };
    Series {
        histogram: Some(Histogram {
            count: histogram.sample_count(),
            sum: Number(histogram.sample_sum()),
            classic: classic.collect(),
            native,
        }),
        start: histogram.start_timestamp.as_ref().map(time),
        exemplars,
        ..Series::default()
    }
}
