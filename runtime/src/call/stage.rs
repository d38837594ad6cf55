//! The state of the call of a future or stream: it begins at the first poll and ends once.

use std::mem::{self, ManuallyDrop};
use std::thread;

use super::running::Running;
use crate::series::families::Series;

/// The state of a call. If it is dropped while the call is running, the call is cancelled.
pub(super) struct Stage {
    series: &'static Series,
    state: State,
}

enum State {
    /// Not polled yet; nothing is counted.
    Fresh,
    Running(ManuallyDrop<Running>),
    /// Running, and the future is being dropped while the thread unwinds from another panic.
    Unwinding(ManuallyDrop<Running>),
}

impl Stage {
    #[inline]
    pub(super) fn fresh(series: &'static Series) -> Self {
        Self { series, state: State::Fresh }
    }

    /// A new call of the same series.
    pub(super) fn anew(&self) -> Self {
        match &self.state {
            State::Running(running) | State::Unwinding(running)
                if running.has_ended() && self.series.leased().is_some() =>
            {
                // Its values may have expired since the end, and the clone of a completed future does not run.
                Self { series: self.series, state: State::Running(ManuallyDrop::new(Running::UNCOUNTED)) }
            }
            _ => Self::fresh(self.series.pin_again()),
        }
    }

    /// The future is about to be dropped.
    #[inline]
    pub(super) fn is_dropped(&mut self) {
        if thread::panicking() {
            self.is_unwinding();
        }
    }

    #[cold]
    fn is_unwinding(&mut self) {
        if let State::Running(running) = &mut self.state {
            let running = mem::replace(running, ManuallyDrop::new(Running::UNCOUNTED));
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

    // Not generic and not inlined, as the guards' methods.

    #[inline(never)]
    fn begin(&mut self) {
        self.state = State::Running(ManuallyDrop::new(Running::start(self.series)));
    }

    #[inline(never)]
    pub(super) fn end(&mut self, outcome: usize, error: Option<usize>) {
        if let State::Running(running) = &mut self.state {
            running.end(outcome, error);
        }
    }
}

impl Drop for Stage {
    #[inline]
    fn drop(&mut self) {
        match &mut self.state {
            State::Running(running) if !running.has_ended() => {
                // The thread began to unwind during the drop, so something that the future owns panicked.
                if thread::panicking() {
                    running.panic();
                } else {
                    running.cancel();
                }
            }
            State::Unwinding(running) if !running.has_ended() => running.cancel(),
            State::Fresh => self.series.release(),
            State::Running(_) | State::Unwinding(_) => {}
        }
    }
}

/// Ends the call as a panic when it is dropped; forgotten after a poll that returned.
struct Panics<'a>(&'a mut Stage);

impl Drop for Panics<'_> {
    #[inline(never)]
    fn drop(&mut self) {
        if let State::Running(running) = &mut self.0.state {
            running.panic();
        }
    }
}
