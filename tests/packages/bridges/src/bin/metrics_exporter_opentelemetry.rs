use std::collections::BTreeMap;

use bridges::otel::current::Memory;
use metrics_exporter_opentelemetry::Recorder;
use opentelemetry_sdk::metrics::{Aggregation, Instrument, Stream};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut memory, reader) = Memory::new();
    let bounds: BTreeMap<_, _> = metrics_instrumented::buckets().collect();
    let view = move |instrument: &Instrument| {
        let boundaries = bounds.get(instrument.name())?.to_vec();
        let aggregation = Aggregation::ExplicitBucketHistogram { boundaries, record_min_max: false };
        Stream::builder().with_aggregation(aggregation).build().ok()
    };
    let (provider, _) = Recorder::builder("bridges")
        .with_meter_provider(|builder| builder.with_reader(reader).with_view(view))
        .install()?;
    memory.set_provider(provider);
    bridges::run(&mut memory);
    Ok(())
}
