//! The state of the call of a future or stream: it begins at the first poll and ends once.

use std::mem;
use std::thread;

use super::running::Running;
use crate::recorder::current;
use crate::series::families::Series;

/// The state of a call. If it is dropped while the call is running, the call is cancelled.
pub(super) struct Stage {
    series: &'static Series,
    state: State,
}

enum State {
    /// Not polled yet; nothing is counted.
    Fresh,
    Running(Running),
    /// Running, and the future is being dropped while the thread unwinds from another panic.
    Unwinding(Running),
    /// It has ended, or is not counted.
    Done,
}

impl Stage {
    #[inline]
    pub(super) fn fresh(series: &'static Series) -> Self {
        Self { series, state: State::Fresh }
    }

    /// A new call of the same series.
    pub(super) fn anew(&self) -> Self {
        match &self.state {
            // Its values may have left since the end, and the clone of a completed future does not run.
            State::Done if self.series.leased().is_some() => Self { series: self.series, state: State::Done },
            _ => Self::fresh(self.series.pin_again()),
        }
    }

    /// The future is about to be dropped.
    #[inline]
    pub(super) fn is_dropped(&mut self) {
        if let State::Running(running) = self.state
            && thread::panicking()
        {
            self.state = State::Unwinding(running);
        }
    }

    /// Runs a poll; the first poll begins the call.
    #[inline]
    pub(super) fn watch<R>(&mut self, poll: impl FnOnce() -> R) -> R {
        if matches!(self.state, State::Fresh) {
            self.begin();
        }
        // If this is dropped before `forget`, the poll panicked. `thread::panicking()` is not sufficient: a future may be dropped while its thread unwinds
        // from another panic.
        let panics = Panics(self);
        let result = poll();
        mem::forget(panics);
        result
    }

    // As `Call::start`: not generic, and in place only with link-time optimization.
    fn begin(&mut self) {
        self.state = match current() {
            Some(current) => State::Running(Running::begun(self.series, current)),
            None => {
                self.series.release();
                State::Done
            }
        };
    }

    /// Ends the call. Only the first end counts.
    #[inline]
    pub(super) fn end(&mut self, outcome: usize, error: Option<usize>) {
        if let State::Running(running) = self.state {
            self.state = State::Done;
            running.finish(outcome, error);
        }
    }
}

impl Drop for Stage {
    #[inline]
    fn drop(&mut self) {
        if !matches!(self.state, State::Done) {
            self.end_early();
        }
    }
}

impl Stage {
    /// It is dropped before it has ended.
    #[cold]
    #[inline(never)]
    fn end_early(&mut self) {
        match &mut self.state {
            // The thread began to unwind during the drop, so something that the future owns panicked.
            State::Running(running) if thread::panicking() => running.panic(),
            State::Running(running) | State::Unwinding(running) => running.cancel(),
            State::Fresh => self.series.release(),
            State::Done => {}
        }
    }
}

/// Ends the call as a panic when it is dropped; forgotten after a poll that returned.
struct Panics<'a>(&'a mut Stage);

impl Drop for Panics<'_> {
    #[inline(never)]
    fn drop(&mut self) {
        if let State::Running(mut running) = self.0.state {
            self.0.state = State::Done;
            running.panic();
        }
    }
}
