use bridges::otel::v0_31::Memory;
use metrics::KeyName;
use metrics_exporter_otel::OpenTelemetryRecorder;
use opentelemetry_0_31::metrics::MeterProvider;
use opentelemetry_sdk_0_31::metrics::SdkMeterProvider;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut memory, reader) = Memory::new();
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    let recorder = OpenTelemetryRecorder::new(provider.meter("bridges"));
    for (family, bounds) in metrics_instrumented::buckets() {
        recorder.set_histogram_bounds(&KeyName::from(family), bounds.to_vec());
    }
    metrics::set_global_recorder(recorder).map_err(|_| "a recorder is installed")?;
    memory.set_provider(provider);
    bridges::run(&mut memory);
    Ok(())
}
