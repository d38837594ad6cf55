//! One scrape: runs the collectors, then renders everything that was recorded.

use std::sync::Arc;
#[cfg(any(feature = "otlp", feature = "push"))]
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::collectors::Collectors;
#[cfg(any(feature = "otlp", feature = "push"))]
use super::destinations::Destinations;
use super::exposition::format::Format;
#[cfg(feature = "otlp")]
use super::exposition::model::Writer;
use super::registry::sink::Sink;

/// The data of a scrape. Clones belong to the same exporter.
#[derive(Clone)]
pub(super) struct Scrape {
    pub(super) sink: Sink,
    pub(super) collectors: Arc<Collectors>,
    /// Where the metrics are pushed to.
    #[cfg(any(feature = "otlp", feature = "push"))]
    pub(super) destinations: Destinations,
    /// Whether a push has arrived. Relaxed: no other memory depends on it.
    #[cfg(any(feature = "otlp", feature = "push"))]
    has_arrived: Arc<AtomicBool>,
}

impl Scrape {
    pub(super) fn new(sink: Sink) -> Self {
        Self {
            sink,
            collectors: Arc::default(),
            #[cfg(any(feature = "otlp", feature = "push"))]
            destinations: Destinations::default(),
            #[cfg(any(feature = "otlp", feature = "push"))]
            has_arrived: Arc::default(),
        }
    }

    /// Whether the metrics are pushed, the last push failed, or a push has arrived anywhere: a job that has pushed a last time needs no listener.
    #[cfg_attr(
        not(any(feature = "otlp", feature = "push")),
        allow(clippy::unused_self, reason = "there are no pushes")
    )]
    pub(super) fn is_pushed(&self) -> bool {
        #[cfg(any(feature = "otlp", feature = "push"))]
        return !self.destinations.is_empty() || self.has_arrived.load(Relaxed);
        #[cfg(not(any(feature = "otlp", feature = "push")))]
        false
    }

    /// A push has arrived.
    #[cfg(any(feature = "otlp", feature = "push"))]
    pub(super) fn set_arrived(&self) {
        self.has_arrived.store(true, Relaxed);
    }

    /// Runs the collectors and renders the whole exposition in a text format.
    pub(super) fn render(&self, format: Format) -> String {
        self.collectors.collect();
        // Text formats are written from strings, so they are valid UTF-8; other formats are not rendered here.
        String::from_utf8(self.sink.render(format).0).unwrap_or_default()
    }

    /// Runs the collectors, and writes all metrics.
    #[cfg(feature = "otlp")]
    pub(super) fn write(&self, writer: Box<dyn Writer + '_>) -> Vec<u8> {
        self.collectors.collect();
        self.sink.write_with(writer)
    }
}
