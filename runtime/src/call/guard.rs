//! The guards of generated code. A guard is one running call: it begins with the guard and ends when the guard is dropped.

use std::mem::ManuallyDrop;
use std::thread;

use super::running::Running;
use crate::series::families::{Families, Series};

// `inline(never)`: instrumented functions stay small and quick to compile. `ManuallyDrop`, because an ended call has nothing to drop; without it, drop
// glue would add a second call.

/// A call of a function whose value is not read. It ends when the scope is left, normally or by a panic.
#[derive(Debug)]
#[must_use]
pub struct Scope {
    running: ManuallyDrop<Running>,
    /// Whether the thread was already unwinding when the call began; then unwinding at the end does not mean that this call panicked.
    unwinding: bool,
}

impl Scope {
    /// Begins a call of a function without labels.
    #[inline(never)]
    pub fn start(families: &'static Families) -> Self {
        Self { unwinding: thread::panicking(), running: ManuallyDrop::new(Running::start_unlabelled(families)) }
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

/// A call of a function whose value is read. It ends with [`finish`](Self::finish); only unwinding skips that.
#[derive(Debug)]
#[must_use]
pub struct Call(ManuallyDrop<Running>);

impl Call {
    /// Begins a call of a function without labels.
    #[inline(never)]
    pub fn start(families: &'static Families) -> Self {
        Self(ManuallyDrop::new(Running::start_unlabelled(families)))
    }

    /// Begins a call.
    #[inline(never)]
    pub fn of(series: &'static Series) -> Self {
        Self(ManuallyDrop::new(Running::start(series)))
    }

    /// Ends the call with this outcome.
    #[inline(never)]
    pub fn finish(self, outcome: usize) {
        ManuallyDrop::new(self).0.end(outcome, None);
    }

    /// Ends the call with this outcome and, if it is an error, the error kind.
    #[inline(never)]
    pub fn finish_by_kind(self, outcome: usize, error: Option<usize>) {
        ManuallyDrop::new(self).0.end(outcome, error);
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
