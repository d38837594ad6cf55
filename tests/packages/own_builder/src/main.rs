//! An application with a Prometheus exporter that it builds itself, from what the catalogue says: it prints what that exposes.

#![forbid(unsafe_code)]
#![deny(warnings)]

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = PrometheusBuilder::new();
    for (family, bounds) in metrics_instrumented::buckets() {
        builder = builder.set_buckets_for_metric(Matcher::Full(family.to_owned()), bounds)?;
    }
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder)?;
    metrics::with_recorder(|recorder| metrics_instrumented::announce(recorder));
    billing::work();
    print!("{}", handle.render());
    Ok(())
}
