//! An exposition that is being written, as a whole or in pieces.

use super::text::Format;
use crate::shards::Shards;

/// A piece is handed over when it has about so many bytes.
const PIECE: usize = 64 * 1024;

/// An exposition that is being written.
pub(in crate::exporter) struct Page<'a> {
    pub(in crate::exporter) format: Format,
    /// Since when the series count, where that is shown.
    pub(in crate::exporter) created: Option<&'a str>,
    /// What is written and was not taken out.
    pub(in crate::exporter) output: String,
    /// It is full when it has so many bytes.
    until: usize,
    /// Family and labels of the last series that was written, while there are more.
    pub(in crate::exporter) last: Option<(&'static str, String)>,
    pub(in crate::exporter) shards: Shards,
    /// The buckets of one series, used again for the next.
    pub(in crate::exporter) buckets: Vec<u64>,
}

impl<'a> Page<'a> {
    /// For an exposition of about so many bytes.
    pub(in crate::exporter) fn whole(format: Format, created: Option<&'a str>, expected: usize) -> Self {
        Self::new(format, created, expected, usize::MAX)
    }

    pub(in crate::exporter) fn in_pieces(format: Format, created: Option<&'a str>) -> Self {
        Self::new(format, created, 2 * PIECE, PIECE)
    }

    fn new(format: Format, created: Option<&'a str>, capacity: usize, until: usize) -> Self {
        let output = String::with_capacity(capacity);
        Self { format, created, output, until, last: None, shards: Shards::new(), buckets: Vec::new() }
    }

    pub(in crate::exporter) fn is_whole(&self) -> bool {
        self.until == usize::MAX
    }

    pub(in crate::exporter) fn is_full(&self) -> bool {
        self.output.len() >= self.until
    }

    /// Room for the next series. A string that has run out of room takes as much again; an exposition of megabytes is to take a little more.
    pub(in crate::exporter) fn make_room(&mut self) {
        const SERIES: usize = 16 * 1024;
        if self.output.capacity() - self.output.len() < SERIES {
            self.output.reserve_exact(SERIES + self.output.len() / 16);
        }
    }
}
