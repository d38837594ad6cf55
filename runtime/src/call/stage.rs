//! How far the call of a future or a stream is: it begins at the first poll and ends once.

use std::mem::{self, ManuallyDrop};

use super::running::Running;
use crate::series::families::Series;

/// How far the call is; dropped while it is running, the call is cancelled.
pub(super) struct Stage(State);

enum State {
    /// Not polled yet: it counts nothing.
    Fresh(&'static Series),
    Running(ManuallyDrop<Running>),
}

impl Stage {
    #[inline]
    pub(super) fn fresh(series: &'static Series) -> Self {
        Self(State::Fresh(series))
    }

    /// Runs a poll, before which the call begins if it is the first one.
    #[inline]
    pub(super) fn watch<R>(&mut self, poll: impl FnOnce() -> R) -> R {
        if let State::Fresh(series) = self.0 {
            self.begin(series);
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
    fn begin(&mut self, series: &'static Series) {
        self.0 = State::Running(ManuallyDrop::new(Running::start(series)));
    }

    #[inline(never)]
    pub(super) fn end(&mut self, outcome: usize, error: Option<usize>) {
        if let State::Running(running) = &mut self.0 {
            running.end(outcome, error);
        }
    }
}

impl Drop for Stage {
    #[inline]
    fn drop(&mut self) {
        if let State::Running(running) = &mut self.0
            && !running.has_ended()
        {
            running.cancel();
        }
    }
}

/// A poll that ends in a panic, unless it is forgotten.
struct Panics<'a>(&'a mut Stage);

impl Drop for Panics<'_> {
    #[inline(never)]
    fn drop(&mut self) {
        if let State::Running(running) = &mut self.0.0 {
            running.panic();
        }
    }
}
