//! One scrape: collectors first, then everything that was recorded.

use std::sync::Arc;

use super::collectors::Collectors;
use super::exposition::format::Format;
use super::registry::sink::Sink;

/// What a scrape is made of. Clones are of the same exporter.
#[derive(Clone)]
pub(super) struct Scrape {
    pub(super) sink: Sink,
    pub(super) collectors: Arc<Collectors>,
}

impl Scrape {
    pub(super) fn new(sink: Sink) -> Self {
        Self { sink, collectors: Arc::default() }
    }

    /// Asks the collectors and renders the whole exposition in a text format.
    pub(super) fn render(&self, format: Format) -> String {
        self.collectors.collect();
        // Names, labels and HELP are strings, so what is written from them is one; a format that is not text is not shown here.
        String::from_utf8(self.sink.render(format).0).unwrap_or_default()
    }
}
