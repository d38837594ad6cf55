//! The guards of generated code. A guard is one running call: it begins with the guard and ends when the guard is dropped.

use std::mem::ManuallyDrop;
use std::thread;

use super::begin::{
    Begun, begin, begin_closed, begin_dense, begin_open, begin_unlabelled, begin_valued, with_combination,
};
use super::local::Local;
use super::running::Running;
use crate::label::{Labels, Value};
use crate::series::families::{Families, Series, UNCOUNTED};

// `inline(never)`: instrumented functions stay small and quick to compile. `ManuallyDrop`, because an ended call has nothing to drop; without it, drop
// glue would add a second call.

/// The running call of a guard.
pub trait Begins: Sized {
    /// Begins a call.
    fn of(series: &'static Series) -> Self;

    /// Begins a call with this value of the only label, which is closed.
    #[inline]
    fn closed(families: &'static Families, values: &'static [&'static str], index: usize) -> Self {
        Self::valued(families, &[Value::Closed { values, index }])
    }

    /// Begins a call with this value of the only label, which is open.
    #[inline]
    fn open(families: &'static Families, text: &str) -> Self {
        Self::valued(families, &[Value::Open(text)])
    }

    /// Begins a call with the values of closed labels that have this index among all combinations.
    #[inline]
    fn dense(families: &'static Families, sets: &[&'static [&'static str]], index: usize) -> Self {
        with_combination(sets, index, |values| Self::valued(families, values))
    }

    /// Begins a call with these values.
    fn valued(families: &'static Families, values: &[Value<'_>]) -> Self;

    /// Begins a call with these label values.
    #[inline]
    fn labelled<L: Labels>(families: &'static Families, labels: L) -> Self {
        let closed = labels.dense(|sets, index| {
            Some(match *sets {
                [values] => Self::closed(families, values, index),
                _ => Self::dense(families, sets, index),
            })
        });
        if let Some(begun) = closed {
            return begun;
        }
        labels.with(|values| match *values {
            [Value::Open(text)] => Self::open(families, text),
            _ => Self::valued(families, values),
        })
    }
}

/// A call of a function whose value is not read. It ends when the scope is left, normally or by a panic.
#[derive(Debug)]
#[must_use]
pub struct Scope {
    call: ManuallyDrop<Local>,
    /// Whether the thread was already unwinding when the call began; then unwinding at the end does not mean that this call panicked.
    unwinding: bool,
}

impl From<Begun> for Scope {
    #[inline]
    fn from(begun: Begun) -> Self {
        Self { unwinding: thread::panicking(), call: ManuallyDrop::new(begun.into()) }
    }
}

impl Scope {
    /// Begins a call of a function without labels.
    #[inline(never)]
    pub fn start(families: &'static Families) -> Self {
        begin_unlabelled(families)
    }

    /// Begins a call with these label values.
    #[inline]
    pub fn labelled<L: Labels>(families: &'static Families, labels: L) -> Self {
        Begins::labelled(families, labels)
    }

    #[inline(never)]
    fn end(&mut self) {
        if thread::panicking() && !self.unwinding {
            self.call.panic();
        } else {
            self.call.end(0, None);
        }
    }
}

impl Begins for Scope {
    #[inline(never)]
    fn of(series: &'static Series) -> Self {
        begin(series)
    }

    #[inline(never)]
    fn closed(families: &'static Families, values: &'static [&'static str], index: usize) -> Self {
        begin_closed(families, values, index)
    }

    #[inline(never)]
    fn open(families: &'static Families, text: &str) -> Self {
        begin_open(families, text)
    }

    #[inline(never)]
    fn dense(families: &'static Families, sets: &[&'static [&'static str]], index: usize) -> Self {
        begin_dense(families, sets, index)
    }

    #[inline(never)]
    fn valued(families: &'static Families, values: &[Value<'_>]) -> Self {
        begin_valued(families, values)
    }
}

impl Drop for Scope {
    #[inline]
    fn drop(&mut self) {
        if !self.call.has_ended() {
            self.end();
        }
    }
}

/// A call of a function whose value is read. It ends with [`finish`](Self::finish); only unwinding skips that.
#[derive(Debug)]
#[must_use]
pub struct Call(ManuallyDrop<Local>);

impl From<Begun> for Call {
    #[inline]
    fn from(begun: Begun) -> Self {
        Self(ManuallyDrop::new(begun.into()))
    }
}

impl Call {
    /// Begins a call of a function without labels.
    #[inline(never)]
    pub fn start(families: &'static Families) -> Self {
        begin_unlabelled(families)
    }

    /// Begins a call with these label values.
    #[inline]
    pub fn labelled<L: Labels>(families: &'static Families, labels: L) -> Self {
        Begins::labelled(families, labels)
    }

    /// Ends the call with the outcome of its value.
    #[inline]
    pub fn finish(self, outcome: usize) {
        let call = ManuallyDrop::new(self);
        // Checked here, so that with no recorder installed nothing is called.
        if !call.0.has_ended() {
            end(call, outcome);
        }
    }

    /// Ends the call with this outcome and, if it is an error, the error kind.
    #[inline]
    pub fn finish_by_kind(self, outcome: usize, error: Option<usize>) {
        let call = ManuallyDrop::new(self);
        if call.0.has_ended() {
            return;
        }
        // For most operations, the compiler knows here that there are no kinds.
        match error {
            None => end(call, outcome),
            Some(_) => end_by_kind(call, outcome, error),
        }
    }
}

#[inline(never)]
fn end(mut call: ManuallyDrop<Call>, outcome: usize) {
    call.0.end(outcome, None);
}

#[inline(never)]
fn end_by_kind(mut call: ManuallyDrop<Call>, outcome: usize, error: Option<usize>) {
    call.0.end(outcome, error);
}

impl Begins for Call {
    #[inline(never)]
    fn of(series: &'static Series) -> Self {
        begin(series)
    }

    #[inline(never)]
    fn closed(families: &'static Families, values: &'static [&'static str], index: usize) -> Self {
        begin_closed(families, values, index)
    }

    #[inline(never)]
    fn open(families: &'static Families, text: &str) -> Self {
        begin_open(families, text)
    }

    #[inline(never)]
    fn dense(families: &'static Families, sets: &[&'static [&'static str]], index: usize) -> Self {
        begin_dense(families, sets, index)
    }

    #[inline(never)]
    fn valued(families: &'static Families, values: &[Value<'_>]) -> Self {
        begin_valued(families, values)
    }
}

impl Drop for Call {
    #[inline(never)]
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.panic();
        } else {
            self.0.cancel();
        }
    }
}

/// Like [`Call`], for an `async fn` whose body stays in place: it may end on another thread.
#[derive(Debug)]
#[must_use]
pub struct AsyncCall(Running);

impl AsyncCall {
    /// Begins a call of a function without labels.
    #[inline(never)]
    pub fn start(families: &'static Families) -> Self {
        Self(families.unlabelled().map_or(Running::UNCOUNTED, Running::start))
    }

    /// Begins a call with these label values.
    #[inline]
    pub fn labelled<L: Labels>(families: &'static Families, labels: L) -> Self {
        Begins::labelled(families, labels)
    }

    /// Ends the call with the outcome of its value.
    #[inline]
    pub fn finish(self, outcome: usize) {
        self.finish_by_kind(outcome, None);
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

    #[inline(never)]
    fn valued(families: &'static Families, values: &[Value<'_>]) -> Self {
        Self(Running::start_valued(families, values))
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
    /// Begins a call of a function without labels.
    #[inline(never)]
    pub fn start(families: &'static Families) -> Self {
        let running = families.unlabelled().map_or(Running::UNCOUNTED, Running::start);
        Self { running: ManuallyDrop::new(running), completes: false }
    }

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

    #[inline(never)]
    fn valued(families: &'static Families, values: &[Value<'_>]) -> Self {
        Self { running: ManuallyDrop::new(Running::start_valued(families, values)), completes: false }
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

/// A call that may end on another thread.
impl Begins for Running {
    #[inline(never)]
    fn of(series: &'static Series) -> Self {
        Self::start(series)
    }

    #[inline(never)]
    fn valued(families: &'static Families, values: &[Value<'_>]) -> Self {
        Self::start_valued(families, values)
    }
}

/// The series of a call that has not begun.
impl Begins for &'static Series {
    #[inline]
    fn of(series: &'static Series) -> Self {
        series
    }

    #[inline]
    fn valued(families: &'static Families, values: &[Value<'_>]) -> Self {
        families.valued(values).unwrap_or(&UNCOUNTED)
    }

    #[inline]
    fn labelled<L: Labels>(families: &'static Families, labels: L) -> Self {
        families.series(labels)
    }
}
