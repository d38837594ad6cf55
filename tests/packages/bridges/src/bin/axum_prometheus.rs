use axum_prometheus::PrometheusMetricLayerBuilder;
use axum_prometheus::metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use bridges::prometheus_text::Text;

fn main() {
    let (_layer, handle) = PrometheusMetricLayerBuilder::new()
        .with_metrics_from_fn(|| {
            let mut builder = PrometheusBuilder::new();
            for (family, bounds) in metrics_instrumented::buckets() {
                builder = builder.set_buckets_for_metric(Matcher::Full(family.to_owned()), bounds).expect("bounds");
            }
            builder.install_recorder().expect("the only recorder")
        })
        .build_pair();
    bridges::run(&mut Text(|| handle.render()));
}
