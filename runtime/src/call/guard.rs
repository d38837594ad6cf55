//! The guards of generated code. A guard is one running call: it begins with the guard and ends when the guard is dropped.

use std::mem::ManuallyDrop;
use std::thread;

use super::running::Running;
use crate::label::Labels;
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

    /// Begins a call with these label values.
    #[inline]
    pub fn labelled<L: Labels>(families: &'static Families, labels: L) -> Self {
        match labels.only_closed() {
            Some((values, index)) => Self::closed(families, values, index),
            None => Self::of(families.series(labels)),
        }
    }

    #[inline(never)]
    fn closed(families: &'static Families, values: &'static [&'static str], index: usize) -> Self {
        let running = ManuallyDrop::new(Running::start_closed(families, values, index));
        Self { unwinding: thread::panicking(), running }
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

    /// Begins a call with these label values.
    #[inline]
    pub fn labelled<L: Labels>(families: &'static Families, labels: L) -> Self {
        match labels.only_closed() {
            Some((values, index)) => Self::closed(families, values, index),
            None => Self::of(families.series(labels)),
        }
    }

    #[inline(never)]
    fn closed(families: &'static Families, values: &'static [&'static str], index: usize) -> Self {
        Self(ManuallyDrop::new(Running::start_closed(families, values, index)))
    }

    /// Begins a call.
    #[inline(never)]
    pub fn of(series: &'static Series) -> Self {
        Self(ManuallyDrop::new(Running::start(series)))
    }

    /// Ends the call with what its value said.
    #[inline]
    pub fn finish(self, outcome: usize) {
        let running = *ManuallyDrop::new(self).0;
        // Checked here, so that with no recorder installed nothing is called.
        if !running.has_ended() {
            finish(running, outcome);
        }
    }

    /// Ends the call with this outcome and, if it is an error, the error kind.
    #[inline(never)]
    pub fn finish_by_kind(self, outcome: usize, error: Option<usize>) {
        ManuallyDrop::new(self).0.end(outcome, error);
    }
}

#[inline(never)]
fn finish(mut running: Running, outcome: usize) {
    running.end(outcome, None);
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

/// A call of an `async fn` whose body stays in place and whose value is not read. It is cancelled if it is dropped before
/// [`completes`](Self::completes).
#[derive(Debug)]
#[must_use]
pub struct AsyncScope {
    running: ManuallyDrop<Running>,
    completes: bool,
}

impl AsyncScope {
    /// Begins a call of a function without labels.
    #[inline(never)]
    pub fn start(families: &'static Families) -> Self {
        Self { running: ManuallyDrop::new(Running::start_unlabelled(families)), completes: false }
    }

    /// Begins a call.
    #[inline(never)]
    pub fn of(series: &'static Series) -> Self {
        Self { running: ManuallyDrop::new(Running::start(series)), completes: false }
    }

    /// Notes that the body has come to its end.
    #[inline]
    pub fn completes(&mut self) {
        self.completes = true;
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
