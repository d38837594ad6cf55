//! Native histograms: their buckets in protobuf, and the classic ones that other formats show of the same values.

use metrics_instrumented::{Histogram, exporter, instrumented};
use metrics_instrumented_tests::{Exposition, alone};

use crate::get;
use crate::metrics_proto::{self as proto, MetricFamily, buckets, decode};

const ACCEPT: &str =
    "accept: application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

/// Sizes.
#[derive(Histogram)]
#[histogram(name = "native_size_bytes", buckets = native(factor = 1.1))]
struct Size;

/// Sizes, with classic buckets.
#[derive(Histogram)]
#[histogram(name = "native_both_bytes", buckets = native(factor = 2, classic = exponential(1, 10, 3)))]
struct Both;

/// Very fine.
#[derive(Histogram)]
#[histogram(name = "native_fine_bytes", buckets = native(factor = 1.003))]
struct Fine;

#[instrumented(name = "native_steps", buckets = native(factor = 1.1, classic = [0.001, 1000]))]
fn step(by: u32) -> u32 {
    by + 1
}

fn histogram(families: &[MetricFamily], name: &str) -> proto::Histogram {
    let family = families.iter().find(|family| family.name() == name).expect(name);
    family.metric[0].histogram.clone().expect("a histogram")
}

/// The index of a positive value's bucket, with the logarithm of the specification.
#[allow(clippy::cast_possible_truncation, reason = "small numbers")]
fn index(value: f64, schema: i32) -> i32 {
    (value.log2() * f64::from(schema).exp2()).ceil() as i32
}

#[test]
fn every_value_is_in_its_native_bucket_and_in_its_classic_one() {
    let recorder = exporter().build().unwrap();
    let values: Vec<f64> = (1..2000).map(|at| f64::from(at) * 0.0137).chain([0.0, -3.0, -3.1, -500.0]).collect();
    metrics::with_local_recorder(&recorder, || {
        for value in &values {
            Size.record(*value);
            Both.record(*value);
        }
    });
    let address = recorder.handle().listen("127.0.0.1:0").unwrap();
    let families = decode(&get(address, "/metrics", &[ACCEPT]).body);
    let text = Exposition::parse(get(address, "/metrics", &[]).text()).unwrap();
    for (name, schema) in [("native_size_bytes", 3), ("native_both_bytes", 0)] {
        let native = histogram(&families, name);
        assert_eq!((native.schema(), native.zero_count()), (schema, 1), "{name}");
        assert!(native.zero_threshold() > 0.0);
        assert_eq!(native.sample_count(), values.len() as u64, "{name}");
        for (index, count) in buckets(&native.positive_span, &native.positive_delta) {
            let expected = values.iter().filter(|value| **value > 0.0 && self::index(**value, schema) == index).count();
            assert_eq!(usize::try_from(count).unwrap(), expected, "{name}, bucket {index}");
        }
        let negative = buckets(&native.negative_span, &native.negative_delta);
        let expected = if schema == 3 {
            vec![(index(3.0, 3), 1), (index(3.1, 3), 1), (index(500.0, 3), 1)]
        } else {
            vec![(2, 2), (9, 1)]
        };
        assert_eq!(negative.iter().map(|(_, count)| count).sum::<i64>(), 3, "{name}");
        assert!(negative == expected || index(3.0, schema) == index(3.1, schema), "{name}: {negative:?}");
        // The text has the same values in classic buckets.
        let classic = text.histogram(name, &[]);
        assert_eq!(classic.count, values.len() as u64);
        for (bound, count) in &classic.buckets {
            let expected = values.iter().filter(|value| *value <= bound).count();
            assert_eq!(*count, expected as u64, "{name}, le={bound}");
        }
        let shown: Vec<f64> = native.bucket.iter().map(proto::Bucket::upper_bound).collect();
        let both = name == "native_both_bytes";
        assert_eq!(shown, if both { vec![1.0, 10.0, 100.0, f64::INFINITY] } else { vec![] }, "{name}");
    }
}

#[test]
fn a_series_has_160_native_buckets_at_most() {
    let recorder = exporter().build().unwrap();
    let values: Vec<f64> = (0..5000).map(|at| 1.002f64.powi(at)).collect();
    metrics::with_local_recorder(&recorder, || values.iter().for_each(|value| Fine.record(*value)));
    let address = recorder.handle().listen("127.0.0.1:0").unwrap();
    let native = histogram(&decode(&get(address, "/metrics", &[ACCEPT]).body), "native_fine_bytes");
    let found = buckets(&native.positive_span, &native.positive_delta);
    // 14.4 powers of two: schema 3 has 116 buckets for them, and schema 4 has 231.
    assert_eq!(native.schema(), 3);
    assert!((100..=160).contains(&found.len()), "{}", found.len());
    for (index, count) in found {
        let expected = values.iter().filter(|value| self::index(**value, 3) == index).count();
        assert_eq!(usize::try_from(count).unwrap(), expected, "{index}");
    }
}

/// `default_native_buckets` alone: formats with native buckets have no classic ones. With `default_buckets`, they have both. Other formats have classic ones.
#[test]
fn hand_written_histograms_have_the_default_native_buckets() {
    let values: Vec<f64> = (1..500).map(|at| f64::from(at) * 0.037).chain([0.0, -2.0, f64::INFINITY]).collect();
    let native_only = exporter().default_native_buckets(1.1);
    let both = exporter().default_buckets([1.0, 8.0]).default_native_buckets(1.1);
    for (exporter, in_text, in_protobuf) in [
        (native_only, &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0][..], &[][..]),
        (both, &[1.0, 8.0], &[1.0, 8.0, f64::INFINITY]),
    ] {
        let recorder = exporter.build().unwrap();
        metrics::with_local_recorder(&recorder, || {
            for value in &values {
                metrics::histogram!("native_by_hand").record(*value);
            }
        });
        let address = recorder.handle().listen("127.0.0.1:0").unwrap();
        let native = histogram(&decode(&get(address, "/metrics", &[ACCEPT]).body), "native_by_hand");
        assert_eq!((native.schema(), native.zero_count(), native.sample_count()), (3, 1, values.len() as u64));
        for (index, count) in buckets(&native.positive_span, &native.positive_delta) {
            let finite = values.iter().filter(|value| **value > 0.0 && value.is_finite());
            let expected = finite.filter(|value| self::index(**value, 3) == index).count();
            assert_eq!(usize::try_from(count).unwrap(), expected.max(1), "{index}");
        }
        assert_eq!(buckets(&native.negative_span, &native.negative_delta), [(8, 1)]);
        assert_eq!(native.bucket.iter().map(proto::Bucket::upper_bound).collect::<Vec<_>>(), in_protobuf);
        let text = Exposition::parse(get(address, "/metrics", &[]).text()).unwrap();
        let classic = text.histogram("native_by_hand", &[]).buckets;
        let expected = in_text.iter().chain([&f64::INFINITY]).map(|bound| {
            let count = values.iter().filter(|value| *value <= bound).count();
            (*bound, count as u64)
        });
        assert_eq!(classic, expected.collect::<Vec<_>>());
    }
}

#[test]
fn operations_count_in_native_buckets_on_every_thread() {
    alone(|| {
        let exemplar = || Some([("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736")]);
        let handle = exporter().exemplars(exemplar).listen("127.0.0.1:0").install().unwrap();
        let threads: Vec<_> =
            (0..4).map(|at| std::thread::spawn(move || (0..1000).fold(at, |at, _| step(at)))).collect();
        for thread in threads {
            thread.join().unwrap();
        }
        let families = decode(&get(handle.local_addr().unwrap(), "/metrics", &[ACCEPT]).body);
        let native = histogram(&families, "native_steps_duration_seconds");
        assert_eq!((native.schema(), native.sample_count()), (3, 4000));
        let found = buckets(&native.positive_span, &native.positive_delta);
        let counted: i64 = found.iter().map(|(_, count)| count).sum();
        assert_eq!(u64::try_from(counted).unwrap() + native.zero_count(), 4000);
        // Nanoseconds, and not hours.
        assert!(found.iter().all(|(index, _)| (-240..80).contains(index)), "{found:?}");
        assert_eq!(native.bucket.last().unwrap().cumulative_count(), 4000);
        assert_eq!(native.exemplars[0].label[0].name, "trace_id");
        assert!(native.exemplars[0].timestamp.is_some() && native.start_timestamp.is_some());
        let text = Exposition::parse(&handle.render()).unwrap();
        let bounds: Vec<f64> =
            text.histogram("native_steps_duration_seconds", &[]).buckets.iter().map(|(bound, _)| *bound).collect();
        assert_eq!(bounds, [0.001, 1000.0, f64::INFINITY]);
    });
}
