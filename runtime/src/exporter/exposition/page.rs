//! An exposition that is being written, as a whole or in pieces.

use super::format::{Format, Syntax};
use super::model::{Head, Series, Writer};
use super::openmetrics::OpenMetrics;
use super::protobuf::Protobuf;
use super::text::Text;

/// The approximate size of a piece in bytes.
const PIECE: usize = 64 * 1024;

/// Receives a piece.
type Take<'a> = &'a mut dyn FnMut(&[u8]);

/// An exposition that is being written.
pub(in crate::exporter) struct Page<'a> {
    writer: Box<dyn Writer>,
    /// Whether the format shows exemplars.
    shows_exemplars: bool,
    output: Vec<u8>,
    /// Receives the pieces; if `None`, everything stays in `output`.
    take: Option<Take<'a>>,
    series: usize,
}

impl<'a> Page<'a> {
    /// An exposition in one piece of about this many bytes.
    pub(in crate::exporter) fn whole(format: Format, shows_created: bool, expected: usize) -> Self {
        Self::new(format, shows_created, expected, None)
    }

    /// An exposition in pieces, so that it is never in memory as a whole.
    pub(in crate::exporter) fn in_pieces(format: Format, shows_created: bool, take: &'a mut dyn FnMut(&[u8])) -> Self {
        Self::new(format, shows_created, 2 * PIECE, Some(take))
    }

    fn new(Format { syntax, escaping }: Format, shows_created: bool, capacity: usize, take: Option<Take<'a>>) -> Self {
        let writer: Box<dyn Writer> = match syntax {
            Syntax::Text0 | Syntax::Text1 => Box::new(Text::new(escaping)),
            Syntax::OpenMetrics => Box::new(OpenMetrics::new(escaping, shows_created)),
            Syntax::Protobuf => Box::new(Protobuf::new(escaping)),
        };
        let shows_exemplars = matches!(syntax, Syntax::OpenMetrics | Syntax::Protobuf);
        Self { writer, shows_exemplars, output: Vec::with_capacity(capacity), take, series: 0 }
    }

    pub(in crate::exporter) fn shows_exemplars(&self) -> bool {
        self.shows_exemplars
    }

    pub(in crate::exporter) fn head(&mut self, head: &Head<'_>) {
        self.writer.head(&mut self.output, head);
    }

    pub(in crate::exporter) fn series(&mut self, head: &Head<'_>, series: &Series<'_>) {
        self.make_room();
        self.writer.series(&mut self.output, head, series);
        self.series += 1;
        self.hand_over();
    }

    fn hand_over(&mut self) {
        if let Some(take) = &mut self.take
            && self.output.len() >= PIECE
        {
            take(&self.output);
            self.output.clear();
        }
    }

    pub(in crate::exporter) fn family_end(&mut self) {
        self.writer.family_end(&mut self.output);
        self.hand_over();
    }

    /// Returns the exposition, or its last piece, and the number of its series.
    pub(in crate::exporter) fn finish(mut self) -> (Vec<u8>, usize) {
        self.writer.end(&mut self.output);
        if let Some(take) = self.take {
            take(&self.output);
            self.output.clear();
        }
        (self.output, self.series)
    }

    /// Reserves room for the next series. By default, a full vector doubles its capacity; for an exposition of megabytes, a smaller step is enough.
    fn make_room(&mut self) {
        const SERIES: usize = 16 * 1024;
        if self.output.capacity() - self.output.len() < SERIES {
            self.output.reserve_exact(SERIES + self.output.len() / 16);
        }
    }
}
