//! A future as a call: counted in at its first poll, out at its end or when it is dropped.

use std::fmt;
use std::future::Future;
use std::mem::{self, ManuallyDrop};
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::running::Running;
use crate::series::families::Series;

/// Makes a future a call under a series; `read` tells the outcome's index and that of the error's kind from its value.
#[inline]
pub fn instrument<F, C>(series: &'static Series, future: F, read: C) -> Instrumented<F, C>
where
    F: Future,
    C: Fn(&F::Output) -> (usize, Option<usize>),
{
    Instrumented { future, call: Stage(State::Fresh(series)), read }
}

/// The same in a box, which is there before the future is moved: so it is built in its place.
#[inline]
pub fn instrument_boxed<F, C>(series: &'static Series, future: F, read: C) -> Pin<Box<Instrumented<F, C>>>
where
    F: Future,
    C: Fn(&F::Output) -> (usize, Option<usize>),
{
    let place = Box::new_uninit();
    Box::into_pin(Box::write(place, instrument(series, future, read)))
}

pin_project! {
    /// A future that is counted as a call.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Instrumented<F, C> {
        #[pin]
        future: F,
        call: Stage,
        read: C,
    }
}

/// How far the call is.
struct Stage(State);

enum State {
    /// Not polled yet: it counts nothing.
    Fresh(&'static Series),
    Running(ManuallyDrop<Running>),
}

impl<F, C> Future for Instrumented<F, C>
where
    F: Future,
    C: Fn(&F::Output) -> (usize, Option<usize>),
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if let State::Fresh(series) = this.call.0 {
            this.call.begin(series);
        }
        // From here to `forget` there is only unwinding: that, and not whatever the thread is doing when the future is dropped some day,
        // is a panic of this call.
        let panics = Panics(this.call);
        let polled = this.future.poll(context);
        let ended = match &polled {
            Poll::Ready(value) => Some((this.read)(value)),
            Poll::Pending => None,
        };
        mem::forget(panics);
        if let Some((outcome, error)) = ended {
            this.call.end(outcome, error);
        }
        polled
    }
}

// As with the guards, what is not generic is kept out of the functions.
impl Stage {
    #[inline(never)]
    fn begin(&mut self, series: &'static Series) {
        self.0 = State::Running(ManuallyDrop::new(Running::IDLE));
        if let State::Running(running) = &mut self.0 {
            running.begin(series);
        }
    }

    #[inline(never)]
    fn end(&mut self, outcome: usize, error: Option<usize>) {
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

impl<F, C> fmt::Debug for Instrumented<F, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instrumented").finish_non_exhaustive()
    }
}
