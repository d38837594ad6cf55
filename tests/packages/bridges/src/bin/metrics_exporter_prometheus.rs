use bridges::prometheus_text::Text;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = PrometheusBuilder::new();
    for (family, bounds) in metrics_instrumented::buckets() {
        builder = builder.set_buckets_for_metric(Matcher::Full(family.to_owned()), bounds)?;
    }
    let handle = builder.install_recorder()?;
    bridges::run(&mut Text(|| handle.render()));
    Ok(())
}
