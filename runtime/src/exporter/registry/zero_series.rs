//! Zero-initialised series.

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};

use super::sink::Sink;

/// Adds series of declared families at zero. They occupy no cells before they are used.
pub(in crate::exporter) struct ZeroSeriesRecorder<'a>(pub(in crate::exporter) &'a Sink);

impl Recorder for ZeroSeriesRecorder<'_> {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        self.0.describe_counter(key, unit, help);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        self.0.describe_gauge(key, unit, help);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        self.0.describe_histogram(key, unit, help);
    }

    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        if self.0.declare(key) { Counter::noop() } else { self.0.register_counter(key, metadata) }
    }

    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        if self.0.declare(key) { Gauge::noop() } else { self.0.register_gauge(key, metadata) }
    }

    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        if self.0.declare(key) { Histogram::noop() } else { self.0.register_histogram(key, metadata) }
    }
}
