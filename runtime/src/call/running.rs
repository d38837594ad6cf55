//! A running call and what it counts on.

use std::mem;
#[cfg(feature = "http")]
use std::time::Duration;

use crate::exit::{CANCELLED, PANIC};
use crate::recorder::Found;
use crate::series::families::Series;
use crate::series::handles::{Handles, NOT_TIMED};
#[cfg(feature = "exporter")]
use crate::shards::block::Block;

/// What a running call counts on. It finishes on what it started on, whatever is installed meanwhile.
#[derive(Debug)]
enum CallTarget {
    /// The shards of our own recorder.
    #[cfg(feature = "exporter")]
    Sharded(&'static Block),
    /// The kept handles of another process-wide recorder.
    Cached(&'static Handles),
    /// The handles of a recorder that will not stay.
    Fresh(Box<Handles>),
    /// Nothing any more: the call has ended.
    Ended,
}

/// A call that is running: the gauge is up, the clock started.
#[derive(Debug)]
pub(crate) struct Running {
    held: CallTarget,
    /// A reading of the clock that goes with what is held; [`NOT_TIMED`] where the clock was not read.
    since: u64,
}

#[allow(clippy::inline_always, reason = "into the few functions that generated code calls, and nowhere else")]
impl Running {
    /// No call yet.
    pub(super) const IDLE: Self = Self { held: CallTarget::Ended, since: NOT_TIMED };

    // Each way writes the fields once and where they stay: what is copied right after it was written, in words of another width, is something
    // that the processor has to wait for.

    /// A call that begins.
    #[inline(always)]
    pub(crate) fn start(series: &'static Series) -> Self {
        #[cfg(feature = "exporter")]
        if let Some(block) = series.sharded() {
            return Self { held: CallTarget::Sharded(block), since: block.begin().unwrap_or(NOT_TIMED) };
        }
        Self::start_on_facade(series)
    }

    #[inline(never)]
    fn start_on_facade(series: &'static Series) -> Self {
        match series.cached() {
            Some(handles) => Self { held: CallTarget::Cached(handles), since: handles.begin(|| series.is_sampled()) },
            None => Self::start_uncached(series),
        }
    }

    #[cold]
    fn start_uncached(series: &'static Series) -> Self {
        match series.handles() {
            Found::Kept(handles) => {
                Self { held: CallTarget::Cached(handles), since: handles.begin(|| series.is_sampled()) }
            }
            Found::Transient(handles) => {
                let since = handles.begin(|| series.is_sampled());
                Self { held: CallTarget::Fresh(Box::new(handles)), since }
            }
        }
    }

    /// The call begins, where it was idle.
    #[inline]
    pub(super) fn begin(&mut self, series: &'static Series) {
        #[cfg(feature = "exporter")]
        if let Some(block) = series.sharded() {
            self.held = CallTarget::Sharded(block);
            self.since = block.begin().unwrap_or(NOT_TIMED);
            return;
        }
        if let Some(handles) = series.cached() {
            self.held = CallTarget::Cached(handles);
            self.since = handles.begin(|| series.is_sampled());
        } else {
            *self = Self::start_uncached(series);
        }
    }

    /// Ends the call with an outcome's index and, if it has one, the index of its error's kind; only the first end counts.
    #[inline(always)]
    pub(crate) fn end(&mut self, outcome: usize, error: Option<usize>) {
        #[cfg(feature = "exporter")]
        if let CallTarget::Sharded(block) = self.held {
            self.held = CallTarget::Ended;
            block.end((self.since != NOT_TIMED).then_some(self.since), outcome, error);
            return;
        }
        self.end_on_facade(outcome, error);
    }

    #[inline(never)]
    fn end_on_facade(&mut self, outcome: usize, error: Option<usize>) {
        if let CallTarget::Cached(handles) = self.held {
            self.held = CallTarget::Ended;
            handles.end(self.since, outcome, error);
        } else if let CallTarget::Fresh(handles) = mem::replace(&mut self.held, CallTarget::Ended) {
            handles.end(self.since, outcome, error);
        }
    }

    #[inline(never)]
    pub(crate) fn panic(&mut self) {
        self.end(PANIC, None);
    }

    #[inline(never)]
    pub(crate) fn cancel(&mut self) {
        self.end(CANCELLED, None);
    }

    #[inline]
    pub(super) fn has_ended(&self) -> bool {
        matches!(self.held, CallTarget::Ended)
    }
}

/// Counts a call that is over, under labels that its end told.
#[cfg(feature = "http")]
pub(crate) fn record(series: &'static Series, duration: Duration, outcome: usize) {
    #[cfg(feature = "exporter")]
    if let Some(block) = series.sharded() {
        block.record(duration, outcome);
        return;
    }
    match series.cached() {
        Some(handles) => handles.record(duration, outcome),
        None => match series.handles() {
            Found::Kept(handles) => handles.record(duration, outcome),
            Found::Transient(handles) => handles.record(duration, outcome),
        },
    }
}
