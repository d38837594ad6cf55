//! What arrives at the collector.

use metrics_instrumented::{Histogram, exporter, instrumented};
use metrics_instrumented_tests::{alone, eventually};

use crate::collector::Collector;
use crate::proto::{Metric, value};
use crate::{Size, Weight, at_the_end, send};

const DELTA: i32 = 1;
const CUMULATIVE: i32 = 2;

#[test]
fn everything_arrives_as_defined() {
    let collector = Collector::with(&[]);
    let otlp = at_the_end(&collector.url()).header("X-Token", "sesame").attribute("service.name", "letters");
    let recorder = exporter().global_label("zone", "eu").otlp(otlp).build().unwrap();
    let values: Vec<f64> = (1..2000).map(|at| f64::from(at) * 0.0137).chain([0.0, -3.0, -500.0]).collect();
    metrics::with_local_recorder(&recorder, || {
        for _ in 0..3 {
            send(true).unwrap();
        }
        for value in &values {
            Size.record(*value);
        }
        for grams in [1, 50, 1000] {
            Weight.record(grams);
        }
        metrics::gauge!("otlp_level").set(-1.5);
        metrics::counter!("otlp_largest_total").absolute(u64::MAX);
    });
    recorder.handle().shutdown();

    let received = collector.received();
    assert_eq!(received.len(), 1);
    let head = &received[0].head;
    for expected in [
        "post /v1/metrics http/1.1",
        "content-type: application/x-protobuf",
        "content-encoding: gzip",
        "x-token: sesame",
    ] {
        assert!(head.contains(expected), "{expected} in {head}");
    }
    let request = &received[0].request;
    assert_eq!(request.attribute("service.name"), Some("letters"));
    let scope = request.resource_metrics[0].scope_metrics[0].scope.as_ref().unwrap();
    assert_eq!(scope.name, "metrics-instrumented");

    let metric = |name: &str| request.metric(name).expect(name);
    let letters = metric("otlp_letters_total");
    assert_eq!((letters.description.as_str(), letters.unit.as_str()), ("Letters.", ""));
    let sum = letters.sum.as_ref().unwrap();
    assert!(sum.is_monotonic && sum.aggregation_temporality == CUMULATIVE);
    let point = sum.data_points.iter().find(|point| {
        value(&point.attributes, "to") == Some("true") && value(&point.attributes, "outcome") == Some("ok")
    });
    let point = point.unwrap();
    assert_eq!((point.as_int, value(&point.attributes, "zone")), (Some(3), Some("eu")));
    assert!(
        point.start_time_unix_nano > 1_700_000_000_000_000_000 && point.start_time_unix_nano <= point.time_unix_nano
    );
    let level = &metric("otlp_level").gauge.as_ref().unwrap().data_points[0];
    assert_eq!((level.as_double, level.start_time_unix_nano), (Some(-1.5), 0));
    // More than `as_int` can hold.
    let largest = &metric("otlp_largest_total").sum.as_ref().unwrap().data_points[0];
    assert_eq!((largest.as_int, largest.as_double), (None, Some(2f64.powi(64))));
    let duration = metric("otlp_letters_duration_seconds");
    assert_eq!(duration.unit, "s");
    let weight = &metric("otlp_weight_grams").histogram.as_ref().unwrap().data_points[0];
    assert_eq!((weight.count, weight.sum), (3, Some(1051.0)));
    assert_eq!((&*weight.bucket_counts, &*weight.explicit_bounds), (&[1, 1, 1][..], &[10.0, 100.0][..]));

    let size = metric("otlp_size_bytes");
    assert_eq!(size.unit, "By");
    let size = size.exponential_histogram.as_ref().unwrap();
    assert_eq!(size.aggregation_temporality, CUMULATIVE);
    let point = &size.data_points[0];
    assert_eq!((point.count, point.zero_count), (values.len() as u64, 1));
    let base = f64::from(-point.scale).exp2().exp2();
    for (buckets, sign) in [(point.positive.as_ref(), 1.0), (point.negative.as_ref(), -1.0)] {
        let buckets = buckets.unwrap();
        assert!(buckets.bucket_counts.len() <= 160);
        for (index, count) in (buckets.offset..).zip(&buckets.bucket_counts) {
            let within = |value: &&f64| {
                let value = **value * sign;
                value > base.powi(index) * (1.0 + 1e-12) && value <= base.powi(index + 1) * (1.0 + 1e-12)
            };
            assert_eq!(*count, values.iter().filter(within).count() as u64, "bucket {index} of {base}");
        }
    }
}

#[test]
fn calls_in_the_shards_arrive_with_their_exemplars() {
    alone(|| {
        let collector = Collector::with(&[]);
        let exemplar =
            || Some([("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"), ("span_id", "00f067aa0ba902b7"), ("of", "x")]);
        let handle = exporter().exemplars(exemplar).otlp(at_the_end(&collector.url())).install_recorder().unwrap();
        send(true).unwrap();
        handle.shutdown();
        let accepted = collector.accepted();
        let duration = accepted[0].metric("otlp_letters_duration_seconds").unwrap();
        let points = &duration.histogram.as_ref().unwrap().data_points;
        let point = points.iter().find(|point| point.count == 1).unwrap();
        let exemplar = &point.exemplars[0];
        assert_eq!((exemplar.trace_id.len(), exemplar.span_id[1]), (16, 0xf0));
        assert_eq!(value(&exemplar.filtered_attributes, "of"), Some("x"));
        assert!(exemplar.time_unix_nano > 0 && exemplar.as_double > Some(0.0));
        assert_eq!(
            value(&accepted[0].resource_metrics[0].resource.as_ref().unwrap().attributes, "service.name")
                .map(|name| name.starts_with("unknown_service:otlp")),
            Some(true)
        );
        // After the last push nothing follows.
        handle.shutdown();
        assert_eq!(collector.received().len(), 1);
    });
}

#[instrumented(name = "otlp_tenants", labels(tenant = open(tenant, idle = 600)))]
fn request(tenant: &str) {}

#[test]
fn a_value_that_left_and_returned_between_two_pushes_loses_no_delta() {
    alone(|| {
        let collector = Collector::with(&[]);
        let otlp = at_the_end(&collector.url()).delta().interval(std::time::Duration::from_millis(200));
        let metrics = exporter().otlp(otlp).install_recorder().unwrap();
        request("a");
        request("a");
        let points = || -> Vec<i64> {
            let accepted = collector.accepted();
            let sums = accepted.iter().filter_map(|request| request.metric("otlp_tenants_total")?.sum.clone());
            sums.flat_map(|sum| sum.data_points).filter_map(|point| point.as_int).filter(|count| *count > 0).collect()
        };
        eventually(std::time::Duration::from_secs(30), || points() == [2]);
        assert!(metrics.retire("otlp_tenants_total", &[("tenant", "a")]).unwrap());
        for _ in 0..5 {
            request("a");
        }
        metrics.shutdown();
        assert_eq!(points().iter().sum::<i64>(), 7, "{:?}", points());
    });
}

#[test]
fn deltas_add_up_to_the_totals() {
    let collector = Collector::with(&[]);
    let otlp = at_the_end(&collector.url()).delta().interval(std::time::Duration::from_millis(50));
    let recorder = exporter().otlp(otlp).build().unwrap();
    metrics::with_local_recorder(&recorder, || {
        for at in 0..200u32 {
            send(true).unwrap();
            Size.record(at);
            Weight.record(at);
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    });
    recorder.handle().shutdown();
    let accepted = collector.accepted();
    assert!(accepted.len() > 3, "{}", accepted.len());
    let all = |name: &str| accepted.iter().filter_map(|request| request.metric(name).cloned()).collect::<Vec<Metric>>();
    let sums: Vec<_> = all("otlp_letters_total").into_iter().map(|metric| metric.sum.unwrap()).collect();
    assert!(sums.iter().all(|sum| sum.aggregation_temporality == DELTA));
    let points: Vec<_> = sums.iter().flat_map(|sum| &sum.data_points).collect();
    assert_eq!(points.iter().filter_map(|point| point.as_int).sum::<i64>(), 200);
    let mut ok: Vec<_> = points.iter().filter(|point| point.as_int > Some(0)).collect();
    ok.sort_by_key(|point| point.time_unix_nano);
    assert!(ok.windows(2).all(|two| two[1].start_time_unix_nano >= two[0].time_unix_nano), "{ok:?}");
    let weights: Vec<_> =
        all("otlp_weight_grams").into_iter().flat_map(|metric| metric.histogram.unwrap().data_points).collect();
    assert_eq!(weights.iter().map(|point| point.count).sum::<u64>(), 200);
    assert!((weights.iter().filter_map(|point| point.sum).sum::<f64>() - 19900.0).abs() < 1e-6);
    let sizes: Vec<_> = all("otlp_size_bytes")
        .into_iter()
        .flat_map(|metric| metric.exponential_histogram.unwrap().data_points)
        .collect();
    let counted: u64 = sizes.iter().flat_map(|point| &point.positive).flat_map(|buckets| &buckets.bucket_counts).sum();
    assert_eq!((counted, sizes.iter().map(|point| point.zero_count).sum::<u64>()), (199, 1));
    assert_eq!(sizes.iter().map(|point| point.count).sum::<u64>(), 200);
}
