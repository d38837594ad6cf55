//! The recorder that the exporter installs.

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, SharedString, Unit};

use super::doctor::probe;
use super::handle::Handle;
use super::registry::sink::Sink;

/// The exporter's `metrics` recorder; returned by [`Exporter::build`](crate::Exporter::build) for programs that install it themselves.
///
/// ```
/// # fn main() -> Result<(), metrics_instrumented::Error> {
/// let recorder = metrics_instrumented::exporter().build()?;
/// let metrics = recorder.handle();
/// metrics::with_local_recorder(&recorder, || metrics::counter!("jobs_total").increment(1));
/// assert!(metrics.render().contains("jobs_total 1"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Recorder {
    sink: Sink,
    handle: Handle,
}

impl Recorder {
    pub(super) fn new(sink: Sink, handle: Handle) -> Self {
        Self { sink, handle }
    }

    /// Returns the handle that renders this recorder's metrics.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }
}

impl metrics::Recorder for Recorder {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        self.sink.describe_counter(key, unit, help);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        if probe::answers(&key) {
            return;
        }
        self.sink.describe_gauge(key, unit, help);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        self.sink.describe_histogram(key, unit, help);
    }

    #[inline]
    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        self.sink.register_counter(key, metadata)
    }

    #[inline]
    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        self.sink.register_gauge(key, metadata)
    }

    #[inline]
    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        self.sink.register_histogram(key, metadata)
    }
}
