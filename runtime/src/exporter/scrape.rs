//! One scrape: runs the collectors, then renders everything that was recorded.

use std::sync::Arc;

use super::collectors::Collectors;
use super::exposition::format::Format;
#[cfg(feature = "otlp")]
use super::exposition::model::Writer;
#[cfg(feature = "push")]
use super::push::destinations::Destinations;
use super::registry::sink::Sink;

/// The data of a scrape. Clones belong to the same exporter.
#[derive(Clone)]
pub(super) struct Scrape {
    pub(super) sink: Sink,
    pub(super) collectors: Arc<Collectors>,
    /// The Pushgateways that get the metrics.
    #[cfg(feature = "push")]
    pub(super) destinations: Destinations,
}

impl Scrape {
    pub(super) fn new(sink: Sink) -> Self {
        Self {
            sink,
            collectors: Arc::default(),
            #[cfg(feature = "push")]
            destinations: Destinations::default(),
        }
    }

    /// Whether the metrics are pushed to a Pushgateway.
    #[cfg_attr(not(feature = "push"), allow(clippy::unused_self, reason = "there are no pushes"))]
    pub(super) fn is_pushed(&self) -> bool {
        #[cfg(feature = "push")]
        return !self.destinations.is_empty();
        #[cfg(not(feature = "push"))]
        false
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
