//! The guards: one running call each, counted in when made and out when dropped, whichever way that happens.

use std::fmt;
use std::marker::PhantomData;
use std::thread;

use super::families::{Held, Series};
use super::returned::{ReadsError, ReadsOutcome};
use super::{Ended, Operation};
use crate::LabelValue;
#[cfg(feature = "exporter")]
use crate::shards;

/// What stands for a clock that was not read, for a call that is not among those that are timed.
pub(super) const NOT_TIMED: u64 = u64::MAX;

/// A call that is running: the gauge is up, the clock started.
pub(super) struct Running {
    series: &'static Series,
    held: Held,
    /// A reading of the clock that goes with what is held; [`NOT_TIMED`] where the clock was not read.
    since: u64,
    /// Whether the thread was unwinding when the call began; if so, its being so at the end says nothing about this call.
    unwinding: bool,
    ended: bool,
}

impl Running {
    #[inline]
    pub(super) fn start(series: &'static Series) -> Self {
        let held = series.hold();
        let since = match &held {
            #[cfg(feature = "exporter")]
            Held::Sharded(block) => {
                if block.begin() {
                    shards::reading()
                } else {
                    NOT_TIMED
                }
            }
            Held::Cached(handles) => handles.begin(series.is_timed()),
            Held::Fresh(handles) => handles.begin(series.is_timed()),
        };
        Self { series, held, since, unwinding: thread::panicking(), ended: false }
    }

    /// Ends the call with an outcome's index and, if it has one, the index of its error's kind.
    #[inline]
    pub(super) fn end(&mut self, outcome: usize, error: Option<usize>) {
        if self.ended {
            return;
        }
        self.ended = true;
        match &self.held {
            #[cfg(feature = "exporter")]
            Held::Sharded(block) => {
                let timed = self.since != NOT_TIMED;
                block.end(timed.then(|| shards::nanoseconds_since(self.since)), outcome, error);
            }
            Held::Cached(handles) => handles.end(self.since, outcome, error),
            Held::Fresh(handles) => handles.end(self.since, outcome, error),
        }
    }

    pub(super) fn end_in_panic(&mut self) {
        self.end(self.series.meta().outcome.finished.len(), None);
    }

    pub(super) fn end_cancelled(&mut self) {
        self.end(self.series.meta().outcome.finished.len() + 1, None);
    }

    fn panicked(&self) -> bool {
        thread::panicking() && !self.unwinding
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("series", &self.series).field("ended", &self.ended).finish_non_exhaustive()
    }
}

/// A call of a function that has no value to read: leaving it is its end, and a panic on the way is told apart.
#[derive(Debug)]
#[must_use]
pub struct Scope(Running);

impl Scope {
    #[inline]
    pub(super) fn new(series: &'static Series) -> Self {
        Self(Running::start(series))
    }
}

impl Drop for Scope {
    #[inline]
    fn drop(&mut self) {
        if self.0.panicked() {
            self.0.end_in_panic();
        } else {
            self.0.end(0, None);
        }
    }
}

/// A call of a function whose value is read: [`finish`](Self::finish) is its end, and only unwinding gets past that.
#[derive(Debug)]
#[must_use]
pub struct Call(Running);

impl Call {
    #[inline]
    pub(super) fn new(series: &'static Series) -> Self {
        Self(Running::start(series))
    }

    /// Ends the call with what its value said.
    #[inline]
    pub fn finish(mut self, outcome: usize, error: Option<usize>) {
        self.0.end(outcome, error);
    }
}

impl Drop for Call {
    #[inline]
    fn drop(&mut self) {
        if self.0.ended {
            return;
        }
        if thread::panicking() {
            self.0.end_in_panic();
        } else {
            self.0.end_cancelled();
        }
    }
}

/// One running call of an [`Operation`], from [`start`](Operation::start).
///
/// Dropped without a word it counts as `panic` if a panic began since the start, else as `cancelled`.
#[must_use = "the call ends when the guard is dropped"]
pub struct Guard<O> {
    running: Running,
    operation: PhantomData<fn() -> O>,
}

impl<O: Operation> Guard<O> {
    pub(super) fn new(series: &'static Series) -> Self {
        Self { running: Running::start(series), operation: PhantomData }
    }

    /// Ends the call by what the value says: `Ok` or `Err`, or the operation's own `outcome = Type`.
    pub fn finish<R>(mut self, value: &R)
    where
        O::Reads: ReadsOutcome<R>,
        O::Errors: ReadsError<R>,
    {
        self.running.end(O::Reads::outcome(value), O::Errors::error(value));
    }

    /// Ends the call with an outcome.
    pub fn end(mut self, outcome: &O::Outcome) {
        self.running.end(outcome.index(), None);
    }
}

impl<O: Operation<Outcome = Ended>> Guard<O> {
    /// Ends the call as `ok`.
    pub fn ok(self) {
        self.end(&Ended::Ok);
    }

    /// Ends the call as `error`.
    pub fn error(self) {
        self.end(&Ended::Error);
    }
}

impl<O> Drop for Guard<O> {
    fn drop(&mut self) {
        if self.running.ended {
            return;
        }
        if self.running.panicked() {
            self.running.end_in_panic();
        } else {
            self.running.end_cancelled();
        }
    }
}

impl<O> fmt::Debug for Guard<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Guard").field(&self.running).finish()
    }
}
