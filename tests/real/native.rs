//! The real Prometheus computes quantiles from native histograms.

use metrics_instrumented::{Histogram, exporter, instrumented};
use metrics_instrumented_test_support::prometheus::{Prometheus, Tool};
use serde_json::json;

use crate::{LONG, configuration, job, on_each};

/// Latencies.
#[derive(Histogram)]
#[histogram(name = "real_latency_seconds", buckets = native(factor = 1.1))]
struct Latency;

/// Latencies, with classic buckets.
#[derive(Histogram)]
#[histogram(name = "real_both_seconds", buckets = native(factor = 1.2, classic = [0.1, 1]))]
struct Both;

#[instrumented(name = "real_native", buckets = native(factor = 1.1))]
fn call() {}

#[test]
fn quantiles_of_native_histograms_are_exact_to_the_factor() {
    on_each(quantiles_are_exact_to_the_factor);
}

fn quantiles_are_exact_to_the_factor(program: Tool) {
    // A long tail over five orders of magnitude, in no order.
    let mut values: Vec<f64> = (1..=10_000u32).map(|at| 1e-4 * 1.0011f64.powf(f64::from(at * 7919 % 10_007))).collect();
    let recorder = exporter().default_native_buckets(1.1).build().unwrap();
    metrics::with_local_recorder(&recorder, || {
        let by_hand = metrics::histogram!("real_by_hand_seconds");
        for value in &values {
            by_hand.record(*value);
            Latency.record(*value);
            Both.record(*value);
        }
        call();
    });
    values.sort_by(f64::total_cmp);
    let address = recorder.handle().listen("127.0.0.1:0").unwrap();
    // With the flag, it asks for protobuf.
    let jobs = [job("native", address, json!({}))];
    let prometheus = Prometheus::start_program(program, &configuration(&jobs), &["--enable-feature=native-histograms"]);
    prometheus.wait_until_up(LONG);
    for (name, factor) in [("real_latency_seconds", 1.1), ("real_both_seconds", 1.2), ("real_by_hand_seconds", 1.1)] {
        assert_eq!(prometheus.value(&format!("histogram_count({name})")), Some(10_000.0));
        let sum = prometheus.value(&format!("histogram_sum({name})")).unwrap();
        assert!((sum / values.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{name}: {sum}");
        for (quantile, rank) in [(0.01, 100), (0.25, 2500), (0.5, 5000), (0.9, 9000), (0.99, 9900), (0.999, 9990)] {
            let found = prometheus.value(&format!("histogram_quantile({quantile}, {name})")).unwrap();
            let exact = values[rank - 1];
            let ratio = found / exact;
            assert!(ratio < factor && ratio > 1.0 / factor, "{name}, quantile {quantile}: {found} and {exact}");
        }
        // Half of the values are in half of the range of a logarithmic scale.
        let fraction = prometheus.value(&format!("histogram_fraction(0, {}, {name})", values[4999])).unwrap();
        assert!((fraction - 0.5).abs() < 0.01, "{name}: {fraction}");
    }
    assert_eq!(prometheus.value("histogram_count(real_native_duration_seconds)"), Some(1.0));
    assert_eq!(prometheus.value("count(real_latency_seconds_bucket)"), None);
}
