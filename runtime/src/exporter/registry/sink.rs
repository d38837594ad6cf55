//! Where recorded metrics go.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Label, Metadata, SharedString, Unit};
use metrics_exporter_prometheus::{PrometheusHandle, PrometheusRecorder};

use super::families::Families;
use crate::exporter::exposition::text::{self, Format};

/// Where the recorder's metrics go: those of the catalogue's families here, all others to `metrics-exporter-prometheus`. A name lives in one
/// place only. The collectors of an exporter record here too, whatever is installed.
#[derive(Clone)]
pub(in crate::exporter) struct Sink(Arc<Shared>);

struct Shared {
    families: Mutex<Families>,
    others: PrometheusRecorder,
    others_handle: PrometheusHandle,
    /// Since when everything counts, in seconds since 1970, if that is to be shown.
    created: Option<String>,
}

impl Sink {
    pub(in crate::exporter) fn new(families: Families, others: PrometheusRecorder, created: Option<String>) -> Self {
        let others_handle = others.handle();
        Self(Arc::new(Shared { families: Mutex::new(families), others, others_handle, created }))
    }

    /// Everything that was recorded, and how many series that is.
    pub(in crate::exporter) fn render(&self, format: Format) -> (String, usize) {
        let mut families = self.families();
        let mut page = families.page(format, self.created_in(format));
        families.write(&mut page);
        let series = families.series();
        drop(families);
        let mut exposition = page.output;
        let others = self.render_others(format, |text| exposition.push_str(text));
        (exposition, series + others)
    }

    /// The same in pieces, so that the whole need not be there at once. The families are free for others between them.
    pub(in crate::exporter) fn render_in_pieces(&self, format: Format, mut take: impl FnMut(&str)) -> usize {
        let mut page = self.families().page_in_pieces(format, self.created_in(format));
        loop {
            let goes_on = self.families().write(&mut page);
            take(&page.output);
            page.output.clear();
            if !goes_on {
                break;
            }
        }
        self.families().series() + self.render_others(format, take)
    }

    /// What follows the catalogue's families, and how many series that is.
    fn render_others(&self, format: Format, mut take: impl FnMut(&str)) -> usize {
        let others = text::ordered(&self.0.others_handle.render());
        match format {
            Format::Text => take(&others),
            Format::OpenMetrics => {
                take(&text::to_openmetrics(&others, self.0.created.as_deref()));
                take("# EOF\n");
            }
        }
        text::series_of(&others)
    }

    fn created_in(&self, format: Format) -> Option<&str> {
        self.0.created.as_deref().filter(|_| format == Format::OpenMetrics)
    }

    /// The calls in the process's shards are shown here from now on.
    pub(in crate::exporter) fn show_shards(&self) {
        self.families().show_shards();
    }

    pub(in crate::exporter) fn run_upkeep(&self) {
        self.0.others_handle.run_upkeep();
    }

    fn families(&self) -> MutexGuard<'_, Families> {
        self.0.families.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl metrics::Recorder for Sink {
    // HELP of the catalogue's families is the catalogue's.

    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        if !self.families().has(key.as_str()) {
            self.0.others.describe_counter(key, unit, escaped_help(help));
        }
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        if !self.families().has(key.as_str()) {
            self.0.others.describe_gauge(key, unit, escaped_help(help));
        }
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        if !self.families().has(key.as_str()) {
            self.0.others.describe_histogram(key, unit, escaped_help(help));
        }
    }

    // A hand-written metric that takes a family's name for another kind of metric goes nowhere: shown, it would break the exposition.

    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        let mut families = self.families();
        if families.has(key.name()) {
            families.counter(key).map_or_else(Counter::noop, Counter::from_arc)
        } else {
            self.0.others.register_counter(&escaped_key(key), metadata)
        }
    }

    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        let mut families = self.families();
        if families.has(key.name()) {
            families.gauge(key).map_or_else(Gauge::noop, Gauge::from_arc)
        } else {
            self.0.others.register_gauge(&escaped_key(key), metadata)
        }
    }

    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        let mut families = self.families();
        if families.has(key.name()) {
            families.histogram(key).map_or_else(Histogram::noop, Histogram::from_arc)
        } else {
            self.0.others.register_histogram(&escaped_key(key), metadata)
        }
    }
}

/// Shows series of the catalogue's families at zero, without keeping anything for them before they are used.
pub(in crate::exporter) struct ZeroSeriesRecorder<'a>(pub(in crate::exporter) &'a Sink);

impl metrics::Recorder for ZeroSeriesRecorder<'_> {
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
        if self.0.families().declare(key) { Counter::noop() } else { self.0.register_counter(key, metadata) }
    }

    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        if self.0.families().declare(key) { Gauge::noop() } else { self.0.register_gauge(key, metadata) }
    }

    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        if self.0.families().declare(key) { Histogram::noop() } else { self.0.register_histogram(key, metadata) }
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink").finish_non_exhaustive()
    }
}

/// A text as `metrics-exporter-prometheus` has to be given it. It takes a backslash in front of a quote, a line feed or another backslash
/// for an escape that was already made, so that such values arrive changed; a doubled one arrives as it is.
pub(in crate::exporter) fn escaped(text: &str) -> Cow<'_, str> {
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
