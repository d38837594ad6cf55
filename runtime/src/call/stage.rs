//! How far the call of a future or a stream is: it begins at the first poll and ends once.

use std::mem::{self, ManuallyDrop};
use std::thread;

use super::running::Running;
use crate::series::families::Series;

/// How far the call is; dropped while it is running, the call is cancelled.
pub(super) struct Stage {
    series: &'static Series,
    state: State,
}

enum State {
    /// Not polled yet: it counts nothing.
    Fresh,
    Running(ManuallyDrop<Running>),
    /// It runs, and what it polls is being dropped during a panic that is not its own.
    Unwinding(ManuallyDrop<Running>),
}

impl Stage {
    #[inline]
    pub(super) fn fresh(series: &'static Series) -> Self {
        Self { series, state: State::Fresh }
    }

    /// That of another call under the same series.
    pub(super) fn anew(&self) -> Self {
        Self::fresh(self.series)
    }

    /// What it polls is about to be dropped.
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

    /// Runs a poll, before which the call begins if it is the first one.
    #[inline]
    pub(super) fn watch<R>(&mut self, poll: impl FnOnce() -> R) -> R {
        if matches!(self.state, State::Fresh) {
            self.begin();
        }
        // From here to `forget` there is only unwinding: that, and not whatever the thread is doing when the future is dropped some day,
        // is a panic of this call.
        let panics = Panics(self);
        let result = poll();
        mem::forget(panics);
        result
    }

    // As with the guards, what is not generic is kept out of the functions.

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
                // A panic that began since is one of what the call owns.
                if thread::panicking() {
                    running.panic();
                } else {
                    running.cancel();
                }
            }
            State::Unwinding(running) if !running.has_ended() => running.cancel(),
            _ => {}
        }
    }
}

/// A poll that ends in a panic, unless it is forgotten.
struct Panics<'a>(&'a mut Stage);

impl Drop for Panics<'_> {
    #[inline(never)]
    fn drop(&mut self) {
        if let State::Running(running) = &mut self.0.state {
            running.panic();
        }
    }
}
