//! From a slow bucket to the trace of a call in it: `OpenMetrics` shows behind each bucket of durations the ids of one call's trace and span.
//!
//! A real service adds an exporter of spans to the provider, `opentelemetry-otlp` for instance; what the metrics show is the same without it.

use std::error::Error;
use std::thread;
use std::time::Duration;

use metrics_instrumented::instrumented;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Orders.
// Above the attribute of `tracing`: the call ends inside its span.
#[instrumented(name = "orders")]
#[tracing::instrument]
fn order() {
    thread::sleep(Duration::from_millis(20));
}

fn main() -> Result<(), Box<dyn Error>> {
    let provider = SdkTracerProvider::builder().build();
    let traces = tracing_opentelemetry::layer().with_tracer(provider.tracer("traced"));
    tracing_subscriber::registry().with(traces).try_init()?;

    let metrics = metrics_instrumented::exporter().listen("127.0.0.1:0").tracing_exemplars().install()?;
    if let Some(address) = metrics.local_addr() {
        println!("metrics: http://{address}/metrics");
    }
    loop {
        order();
    }
}
