//! The state of the call of a future or stream: it begins at the first poll and ends once.

use std::mem;
use std::thread;

use super::running::Running;
use crate::exit::PANIC;
use crate::recorder::current;
use crate::series::lazy::LazySeries;

/// The state of a call. If it is dropped while the call is running, the call is cancelled.
pub(super) struct Stage(State);

#[derive(Clone, Copy)]
enum State {
    /// Not polled yet; nothing is counted.
    Fresh(LazySeries),
    Running(LazySeries, Running),
    /// Running, and the future is being dropped while the thread unwinds from another panic.
    Unwinding(Running),
    /// It has ended, or is not counted.
    Done(LazySeries),
}

// Futures are moved and nested, so every word counts.
const _: () = assert!(size_of::<State>() <= 2 * size_of::<usize>() + 2 * size_of::<u64>());

impl Stage {
    #[inline]
    pub(super) fn fresh(series: LazySeries) -> Self {
        Self(State::Fresh(series))
    }

    /// A new call of the same series.
    pub(super) fn anew(&self) -> Self {
        match self.0 {
            // Its values may have left since the end, and the clone of a completed future does not run.
            State::Done(series) if series.is_leased() => Self(State::Done(series)),
            State::Fresh(series) | State::Running(series, _) | State::Done(series) => Self::fresh(series.pin_again()),
            // The future is being dropped.
            State::Unwinding(_) => Self(self.0),
        }
    }

    /// The future is about to be dropped.
    #[inline]
    pub(super) fn is_dropped(&mut self) {
        if let State::Running(..) = self.0 {
            self.is_dropped_early();
        }
    }

    /// Runs a poll; the first poll begins the call. `ends` returns how the call ends, if it ends with this poll, and is not called if it is not counted.
    #[inline]
    pub(super) fn watch<R>(
        &mut self,
        poll: impl FnOnce() -> R,
        ends: impl FnOnce(&R) -> Option<(usize, Option<usize>)>,
    ) -> R {
        if let State::Fresh(series) = self.0 {
            self.begin(series);
        }
        // If this is dropped before `forget`, the poll panicked. `thread::panicking()` is not sufficient: a future may be dropped while its thread unwinds
        // from another panic.
        let panics = Panics(self);
        let result = poll();
        if let State::Running(..) = panics.0.0
            && let Some((outcome, error)) = ends(&result)
        {
            panics.0.end(outcome, error);
        }
        mem::forget(panics);
        result
    }

    // As `start_call`: not generic, and in place only with link-time optimization.
    fn begin(&mut self, series: LazySeries) {
        let current = current();
        if current.is_nothing() {
            self.0 = State::Done(series);
            series.release();
        } else {
            self.0 = State::Running(series, Running::begun(series, current));
        }
    }

    /// Ends the call. Only the first end counts.
    #[inline]
    fn end(&mut self, outcome: usize, error: Option<usize>) {
        if let State::Running(series, running) = self.0 {
            self.0 = State::Done(series);
            running.finish(outcome, error);
        }
    }
}

// What few futures need takes the state by reference, so that the code of a future is small.
impl Stage {
    #[cold]
    #[inline(never)]
    fn is_dropped_early(&mut self) {
        if let State::Running(_, running) = self.0
            && thread::panicking()
        {
            self.0 = State::Unwinding(running);
        }
    }

    #[cold]
    #[inline(never)]
    fn panics(&mut self) {
        self.end(PANIC, None);
    }

    /// It is dropped before it has ended.
    #[cold]
    #[inline(never)]
    fn end_early(&mut self) {
        match self.0 {
            // The thread began to unwind during the drop, so something that the future owns panicked.
            State::Running(_, mut running) if thread::panicking() => running.panic(),
            State::Running(_, mut running) | State::Unwinding(mut running) => running.cancel(),
            State::Fresh(series) => series.release(),
            State::Done(_) => {}
        }
    }
}

impl Drop for Stage {
    #[inline]
    fn drop(&mut self) {
        if !matches!(self.0, State::Done(_)) {
            self.end_early();
        }
    }
}

/// Ends the call as a panic when it is dropped; forgotten after a poll that returned.
struct Panics<'a>(&'a mut Stage);

impl Drop for Panics<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.panics();
    }
}
