//! The recorder that the exporter installs.

use std::borrow::Cow;
use std::sync::Arc;

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Label, Metadata, SharedString, Unit};
use metrics_exporter_prometheus::PrometheusRecorder;

use super::Handle;

/// A `metrics` recorder that knows the linked sites' HELP, buckets and series before the first call.
///
/// [`Exporter::install`](super::Exporter::install) puts it in place by itself.
#[derive(Debug)]
pub struct Recorder {
    sink: Sink,
    handle: Handle,
}

impl Recorder {
    pub(super) fn new(inner: PrometheusRecorder) -> Self {
        let prometheus = inner.handle();
        let sink = Sink(Arc::new(inner));
        Self { handle: Handle::new(prometheus, sink.clone()), sink }
    }

    /// Renders what this recorder recorded.
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
        self.sink.describe_gauge(key, unit, help);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        self.sink.describe_histogram(key, unit, help);
    }

    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        self.sink.register_counter(key, metadata)
    }

    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        self.sink.register_gauge(key, metadata)
    }

    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        self.sink.register_histogram(key, metadata)
    }
}

/// Where the recorder's metrics go; the collectors of an exporter record there too, whatever is installed.
#[derive(Clone, Debug)]
pub(super) struct Sink(Arc<PrometheusRecorder>);

impl metrics::Recorder for Sink {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        self.0.describe_counter(key, unit, escaped_help(help));
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        self.0.describe_gauge(key, unit, escaped_help(help));
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        self.0.describe_histogram(key, unit, escaped_help(help));
    }

    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        self.0.register_counter(&escaped_key(key), metadata)
    }

    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        self.0.register_gauge(&escaped_key(key), metadata)
    }

    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        self.0.register_histogram(&escaped_key(key), metadata)
    }
}

/// A text as `metrics-exporter-prometheus` has to be given it. It takes a backslash in front of a quote, a line feed or another backslash
/// for an escape that was already made, so that such values arrive changed; a doubled one arrives as it is.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    if text.contains('\\') { Cow::Owned(text.replace('\\', "\\\\")) } else { Cow::Borrowed(text) }
}

fn escaped_help(help: SharedString) -> SharedString {
    match escaped(&help) {
        Cow::Borrowed(_) => help,
        Cow::Owned(escaped) => escaped.into(),
    }
}

fn escaped_key(key: &Key) -> Cow<'_, Key> {
    if !key.labels().any(|label| label.value().contains('\\')) {
        return Cow::Borrowed(key);
    }
    let labels: Vec<Label> =
        key.labels().map(|label| Label::new(label.key().to_owned(), escaped(label.value()).into_owned())).collect();
    Cow::Owned(Key::from_parts(key.name().to_owned(), labels))
}
