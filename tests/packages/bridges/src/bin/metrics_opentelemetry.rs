use bridges::otel::current::Memory;
use metrics_opentelemetry::{OpenTelemetryMetrics, OpenTelemetryRecorder};
use opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut memory, reader) = Memory::new();
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    let recorder = OpenTelemetryRecorder::new(OpenTelemetryMetrics::new(provider.meter("bridges")));
    for (family, bounds) in metrics_instrumented::buckets() {
        recorder.set_histogram_bounds([family].into_iter(), bounds);
    }
    metrics::set_global_recorder(recorder).map_err(|_| "a recorder is installed")?;
    memory.set_provider(provider);
    bridges::run(&mut memory);
    Ok(())
}
