//! An exposition that is being written, as a whole or in pieces.

use super::format::{Format, Syntax};
use super::model::{Head, Series, Shown, Writer};
use super::openmetrics::OpenMetrics;
use super::openmetrics2::OpenMetrics2;
use super::protobuf::Protobuf;
use super::text::Text;
#[cfg(feature = "views")]
use crate::exporter::views::stage::Stage;

/// The approximate size of a piece in bytes.
const PIECE: usize = 64 * 1024;

/// Receives a piece.
type Take<'a> = &'a mut dyn FnMut(&[u8]);

/// An exposition that is being written.
pub(in crate::exporter) struct Page<'a> {
    written: Written<'a>,
    /// Whether the format shows exemplars.
    shows_exemplars: bool,
    /// What families go through before they are written.
    #[cfg(feature = "views")]
    stage: Option<Stage>,
}

/// What was written so far.
struct Written<'a> {
    writer: Box<dyn Writer + 'a>,
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
            Syntax::OpenMetrics2 => Box::new(OpenMetrics2::new(escaping)),
            Syntax::Protobuf => Box::new(Protobuf::new(escaping)),
        };
        let shows_exemplars = !matches!(syntax, Syntax::Text0 | Syntax::Text1);
        Self::with_writer(writer, shows_exemplars, capacity, take)
    }

    /// What another writer makes of the families, exemplars included.
    #[cfg(feature = "otlp")]
    pub(in crate::exporter) fn of_writer(writer: Box<dyn Writer + 'a>, expected: usize) -> Self {
        Self::with_writer(writer, true, expected, None)
    }

    fn with_writer(
        writer: Box<dyn Writer + 'a>,
        shows_exemplars: bool,
        capacity: usize,
        take: Option<Take<'a>>,
    ) -> Self {
        Self {
            written: Written { writer, output: Vec::with_capacity(capacity), take, series: 0 },
            shows_exemplars,
            #[cfg(feature = "views")]
            stage: None,
        }
    }

    /// Has families go through views from here on.
    #[cfg(feature = "views")]
    pub(in crate::exporter) fn set_stage(&mut self, stage: Option<Stage>) {
        self.stage = stage;
    }

    pub(in crate::exporter) fn shows_exemplars(&self) -> bool {
        self.shows_exemplars
    }

    /// Whether views compare its series with those of the last exposition. It must then be the only one that reads them, from before the first series is looked up
    /// until the last family has been written, and no series may be added or removed meanwhile.
    #[cfg_attr(not(feature = "views"), allow(clippy::unused_self, reason = "there are no views"))]
    pub(in crate::exporter) fn compares(&self) -> bool {
        #[cfg(feature = "views")]
        return self.stage.as_ref().is_some_and(Stage::compares);
        #[cfg(not(feature = "views"))]
        false
    }

    /// Whether a family without a series is shown.
    #[cfg_attr(not(feature = "views"), allow(clippy::unused_self, reason = "there are no views"))]
    pub(in crate::exporter) fn keeps(&self, family: &str) -> bool {
        #[cfg(feature = "views")]
        return self.stage.as_ref().is_some_and(|stage| stage.keeps(family));
        #[cfg(not(feature = "views"))]
        {
            let _ = family;
            false
        }
    }

    pub(in crate::exporter) fn head(&mut self, head: &Head<'_>) {
        #[cfg(feature = "views")]
        if let Some(stage) = &mut self.stage {
            return stage.head(&mut self.written, head);
        }
        self.written.head(head);
    }

    pub(in crate::exporter) fn series(&mut self, head: &Head<'_>, series: &Series<'_>) {
        #[cfg(feature = "views")]
        if let Some(stage) = &mut self.stage {
            return stage.series(&mut self.written, head, series);
        }
        self.written.series(head, series);
    }

    pub(in crate::exporter) fn family_end(&mut self) {
        #[cfg(feature = "views")]
        if let Some(stage) = &mut self.stage {
            return stage.family_end(&mut self.written);
        }
        self.written.family_end();
    }

    /// Returns the exposition, or its remaining part if pieces were taken, and the number of its series.
    pub(in crate::exporter) fn finish(self) -> (Vec<u8>, usize) {
        let Written { mut writer, mut output, take, series } = self.written;
        writer.end(&mut output);
        if let Some(take) = take {
            take(&output);
            output.clear();
        }
        (output, series)
    }
}

impl Shown for Written<'_> {
    fn head(&mut self, head: &Head<'_>) {
        self.writer.head(&mut self.output, head);
    }

    fn series(&mut self, head: &Head<'_>, series: &Series<'_>) {
        self.make_room();
        self.writer.series(&mut self.output, head, series);
        self.series += 1;
        self.hand_over();
    }

    fn family_end(&mut self) {
        self.writer.family_end(&mut self.output);
        self.hand_over();
    }
}

impl Written<'_> {
    fn hand_over(&mut self) {
        if let Some(take) = &mut self.take
            && self.output.len() >= PIECE
        {
            take(&self.output);
            self.output.clear();
        }
    }

    /// Reserves room for the next series. By default, a full vector doubles its capacity; for an exposition of megabytes, a smaller step is enough.
    fn make_room(&mut self) {
        const SERIES: usize = 16 * 1024;
        if self.output.capacity() - self.output.len() < SERIES {
            self.output.reserve_exact(SERIES + self.output.len() / 16);
        }
    }
}
