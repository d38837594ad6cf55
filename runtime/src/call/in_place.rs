//! The guards of `async fn`s whose bodies stay in place. Such a call may end on another thread.

use std::mem::ManuallyDrop;
use std::thread;

use super::guard::Begins;
use super::running::Running;
use crate::label::{Labels, Value};
use crate::recorder::Current;
use crate::series::families::{Families, Series};

/// Like [`Call`](super::guard::Call), for an `async fn` whose body stays in place.
#[derive(Debug)]
#[must_use]
pub struct AsyncCall(Running);

impl AsyncCall {
    /// Begins a call with these label values.
    #[inline]
    pub fn labelled<L: Labels>(families: &'static Families, labels: L) -> Self {
        Begins::labelled(families, labels)
    }

    /// Ends the call with this outcome and, if it is an error, the error kind.
    #[inline(never)]
    pub fn finish_by_kind(mut self, outcome: usize, error: Option<usize>) {
        self.0.end(outcome, error);
    }
}

impl Begins for AsyncCall {
    #[inline(never)]
    fn of(series: &'static Series) -> Self {
        Self(Running::start(series))
    }

    #[inline]
    fn uncounted() -> Self {
        Self(Running::UNCOUNTED)
    }

    #[inline(never)]
    fn valued(families: &'static Families, values: &[Value<'_>], current: Current) -> Self {
        Self(Running::start_valued(families, values, current))
    }
}

impl Drop for AsyncCall {
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

/// A call of an `async fn` whose body stays in place and whose value is not read. It is cancelled if it is dropped before
/// [`completes`](Self::completes).
#[derive(Debug)]
#[must_use]
pub struct AsyncScope {
    running: ManuallyDrop<Running>,
    completes: bool,
}

impl AsyncScope {
    /// Begins a call with these label values.
    #[inline]
    pub fn labelled<L: Labels>(families: &'static Families, labels: L) -> Self {
        Begins::labelled(families, labels)
    }

    /// Marks the call as complete when the body has ended.
    #[inline]
    pub fn completes(&mut self) {
        self.completes = true;
    }
}

impl Begins for AsyncScope {
    #[inline(never)]
    fn of(series: &'static Series) -> Self {
        Self { running: ManuallyDrop::new(Running::start(series)), completes: false }
    }

    #[inline]
    fn uncounted() -> Self {
        Self { running: ManuallyDrop::new(Running::UNCOUNTED), completes: false }
    }

    #[inline(never)]
    fn valued(families: &'static Families, values: &[Value<'_>], current: Current) -> Self {
        let running = Running::start_valued(families, values, current);
        Self { running: ManuallyDrop::new(running), completes: false }
    }
}

impl Drop for AsyncScope {
    #[inline(never)]
    fn drop(&mut self) {
        if thread::panicking() {
            self.running.panic();
        } else if self.completes {
            self.running.end(0, None);
        } else {
            self.running.cancel();
        }
    }
}

// Functions like those of the guards that stay on one thread.

/// Begins a call of a function without labels whose value is read.
#[inline(never)]
pub fn start_async_call(families: &'static Families) -> AsyncCall {
    AsyncCall(Running::start_unlabelled(families))
}

/// Begins a call of a function without labels whose value is not read.
#[inline(never)]
pub fn start_async_scope(families: &'static Families) -> AsyncScope {
    AsyncScope { running: ManuallyDrop::new(Running::start_unlabelled(families)), completes: false }
}

/// Ends the call with the outcome of its value.
#[inline]
pub fn finish_async_call(outcome: usize, call: AsyncCall) {
    call.finish_by_kind(outcome, None);
}
