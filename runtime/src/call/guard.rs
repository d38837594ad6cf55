//! The guards: one running call each, counted in when made and out when dropped, whichever way that happens.

use std::fmt;
use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop};
use std::thread;

use super::families::{Families, Held, Series};
use super::returned::{ReadsError, ReadsOutcome};
use super::{Ended, Operation};
use crate::LabelValue;
use crate::recorder::Found;

/// What stands for a clock that was not read, for a call that is not among those that are timed.
pub(super) const NOT_TIMED: u64 = u64::MAX;

/// The outcome of a call that was dropped before its end.
const CANCELLED: usize = usize::MAX;

/// The outcome of a call that panicked.
const PANIC: usize = CANCELLED - 1;

/// Where an outcome is counted among so many: the finished ones in their order, then panic, then cancelled.
#[inline]
pub(crate) fn place_of(outcome: usize, count: usize) -> usize {
    // An index that a hand-written `LabelValue` does not list is no finished one.
    if outcome == PANIC { count.wrapping_sub(2) } else { outcome.min(count.wrapping_sub(1)) }
}

/// A call that is running: the gauge is up, the clock started.
#[derive(Debug)]
pub(super) struct Running {
    held: Held,
    /// A reading of the clock that goes with what is held; [`NOT_TIMED`] where the clock was not read.
    since: u64,
}

#[allow(clippy::inline_always, reason = "into the few functions that generated code calls, and nowhere else")]
impl Running {
    /// No call yet.
    pub(super) const IDLE: Self = Self { held: Held::Ended, since: NOT_TIMED };

    // Each way writes the fields once and where they stay: what is copied right after it was written, in words of another width, is something
    // that the processor has to wait for.

    /// A call that begins.
    #[inline(always)]
    pub(super) fn start(series: &'static Series) -> Self {
        #[cfg(feature = "exporter")]
        if let Some(block) = series.sharded() {
            return Self { held: Held::Sharded(block), since: block.begin().unwrap_or(NOT_TIMED) };
        }
        Self::start_on_facade(series)
    }

    #[inline(never)]
    fn start_on_facade(series: &'static Series) -> Self {
        match series.cached() {
            Some(handles) => Self { held: Held::Cached(handles), since: handles.begin(series) },
            None => Self::start_uncached(series),
        }
    }

    #[cold]
    fn start_uncached(series: &'static Series) -> Self {
        match series.handles() {
            Found::Kept(handles) => Self { held: Held::Cached(handles), since: handles.begin(series) },
            Found::Passing(handles) => {
                let since = handles.begin(series);
                Self { held: Held::Fresh(Box::new(handles)), since }
            }
        }
    }

    /// The call begins, where it was idle.
    #[inline]
    pub(super) fn begin(&mut self, series: &'static Series) {
        #[cfg(feature = "exporter")]
        if let Some(block) = series.sharded() {
            self.held = Held::Sharded(block);
            self.since = block.begin().unwrap_or(NOT_TIMED);
            return;
        }
        if let Some(handles) = series.cached() {
            self.held = Held::Cached(handles);
            self.since = handles.begin(series);
        } else {
            *self = Self::start_uncached(series);
        }
    }

    /// Ends the call with an outcome's index and, if it has one, the index of its error's kind; only the first end counts.
    #[inline(always)]
    pub(super) fn end(&mut self, outcome: usize, error: Option<usize>) {
        #[cfg(feature = "exporter")]
        if let Held::Sharded(block) = self.held {
            self.held = Held::Ended;
            block.end((self.since != NOT_TIMED).then_some(self.since), outcome, error);
            return;
        }
        self.end_on_facade(outcome, error);
    }

    #[inline(never)]
    fn end_on_facade(&mut self, outcome: usize, error: Option<usize>) {
        if let Held::Cached(handles) = self.held {
            self.held = Held::Ended;
            handles.end(self.since, outcome, error);
        } else if let Held::Fresh(handles) = mem::replace(&mut self.held, Held::Ended) {
            handles.end(self.since, outcome, error);
        }
    }

    #[inline(never)]
    pub(super) fn panic(&mut self) {
        self.end(PANIC, None);
    }

    #[inline(never)]
    pub(super) fn cancel(&mut self) {
        self.end(CANCELLED, None);
    }

    #[inline]
    pub(super) fn has_ended(&self) -> bool {
        matches!(self.held, Held::Ended)
    }
}

// What generated code calls is kept out of the functions that it is generated into: they stay small, and quick to compile. Dropping a guard is
// one call too: ended, there is nothing in it to drop, hence `ManuallyDrop`.

/// A call of a function that has no value to read: leaving it is its end, and a panic on the way is told apart.
#[derive(Debug)]
#[must_use]
pub struct Scope {
    running: ManuallyDrop<Running>,
    /// Whether the thread was unwinding when the call began; if so, its being so at the end says nothing about this call.
    unwinding: bool,
}

impl Scope {
    /// Begins a call of a function without labels.
    #[inline(never)]
    pub fn start(families: &'static Families) -> Self {
        let series = families.unlabelled();
        Self { unwinding: thread::panicking(), running: ManuallyDrop::new(Running::start(series)) }
    }

    /// Begins a call.
    #[inline(never)]
    pub fn of(series: &'static Series) -> Self {
        Self { unwinding: thread::panicking(), running: ManuallyDrop::new(Running::start(series)) }
    }
}

impl Drop for Scope {
    #[inline(never)]
    fn drop(&mut self) {
        if thread::panicking() && !self.unwinding {
            self.running.panic();
        } else {
            self.running.end(0, None);
        }
    }
}

/// A call of a function whose value is read: [`finish`](Self::finish) is its end, and only unwinding gets past that.
#[derive(Debug)]
#[must_use]
pub struct Call(ManuallyDrop<Running>);

impl Call {
    /// Begins a call of a function without labels.
    #[inline(never)]
    pub fn start(families: &'static Families) -> Self {
        Self(ManuallyDrop::new(Running::start(families.unlabelled())))
    }

    /// Begins a call.
    #[inline(never)]
    pub fn of(series: &'static Series) -> Self {
        Self(ManuallyDrop::new(Running::start(series)))
    }

    /// Ends the call with what its value said.
    #[inline(never)]
    pub fn finish(mut self, outcome: usize) {
        self.0.end(outcome, None);
        mem::forget(self);
    }

    /// The same, with the kind of the error if it is one.
    #[inline(never)]
    pub fn finish_by_kind(mut self, outcome: usize, error: Option<usize>) {
        self.0.end(outcome, error);
        mem::forget(self);
    }
}

impl Drop for Call {
    #[inline(never)]
    fn drop(&mut self) {
        if self.0.has_ended() {
            return;
        }
        if thread::panicking() {
            self.0.panic();
        } else {
            self.0.cancel();
        }
    }
}

/// One running call of an [`Operation`], from [`start`](Operation::start).
///
/// Dropped without a word it counts as `panic` if a panic began since the start, else as `cancelled`.
#[must_use = "the call ends when the guard is dropped"]
pub struct Guard<O> {
    running: Running,
    /// As that of [`Scope`].
    unwinding: bool,
    operation: PhantomData<fn() -> O>,
}

impl<O: Operation> Guard<O> {
    pub(super) fn new(series: &'static Series) -> Self {
        Self { unwinding: thread::panicking(), running: Running::start(series), operation: PhantomData }
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
        if self.running.has_ended() {
            return;
        }
        if thread::panicking() && !self.unwinding {
            self.running.panic();
        } else {
            self.running.cancel();
        }
    }
}

impl<O> fmt::Debug for Guard<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Guard").field(&self.running).finish()
    }
}
