//! The real Prometheus begins a counter at zero at its start timestamp.

use metrics_instrumented::exporter;
use metrics_instrumented_test_support::prometheus::{Prometheus, Tool};
use serde_json::json;

use crate::{LONG, configuration, job, order, serve};

/// Version 3.5 scrapes `PrometheusProto` with this feature, and inserts a sample of 0 at each start timestamp. So `increase()` sees what was counted before the
/// first scrape.
#[test]
fn a_counter_begins_at_zero_at_its_start_timestamp() {
    let program = Tool::PROMETHEUS_3;
    if let Err(missing) = program.find() {
        return println!("not on version 3: {missing}");
    }
    let (recorder, _, address) = serve(exporter(), 0);
    metrics::with_local_recorder(&recorder, || {
        (0..7).for_each(|_| order(true).unwrap());
        metrics::counter!("real_by_hand_total").increment(7);
    });
    let jobs = configuration(&[job("created", address, json!({}))]);
    for (flags, least) in [(&["--enable-feature=created-timestamp-zero-ingestion"][..], 0.0), (&[], 7.0)] {
        let prometheus = Prometheus::start_program(program, &jobs, flags);
        prometheus.wait_until_up(LONG);
        for series in ["real_orders_total{tier=\"true\",outcome=\"ok\"}", "real_by_hand_total"] {
            assert_eq!(prometheus.value(series), Some(7.0), "{series}");
            assert_eq!(prometheus.value(&format!("min_over_time({series}[5m])")), Some(least), "{series}, {flags:?}");
        }
    }
}
