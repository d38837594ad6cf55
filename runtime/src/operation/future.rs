//! A future as a call: counted in at its first poll, out at its end or when it is dropped.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::families::Series;
use super::guard::Running;

/// Makes a future a call under a series; `read` tells the outcome's index and that of the error's kind from its value.
#[inline]
pub fn instrument<F, C>(series: &'static Series, future: F, read: C) -> Instrumented<F, C>
where
    F: Future,
    C: FnOnce(&F::Output) -> (usize, Option<usize>),
{
    Instrumented { future, call: Stage::Fresh(series), read: Some(read) }
}

pin_project! {
    /// A future that is counted as a call.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Instrumented<F, C> {
        #[pin]
        future: F,
        call: Stage,
        read: Option<C>,
    }
}

/// How far the call is.
enum Stage {
    /// Not polled yet: it counts nothing.
    Fresh(&'static Series),
    Running(Running),
}

impl<F, C> Future for Instrumented<F, C>
where
    F: Future,
    C: FnOnce(&F::Output) -> (usize, Option<usize>),
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if let Stage::Fresh(series) = this.call {
            *this.call = Stage::Running(Running::start(series));
        }
        // Between here and `defuse` there is only unwinding: that, and not whatever the thread is doing when the future is dropped some
        // day, is a panic of this call.
        let mut call = PanicsUnlessDefused(Some(this.call));
        let polled = this.future.poll(context);
        let read = match &polled {
            Poll::Ready(value) => this.read.take().map(|read| read(value)),
            Poll::Pending => None,
        };
        if let (Some(Stage::Running(running)), Some((outcome, error))) = (call.defuse(), read) {
            running.end(outcome, error);
        }
        polled
    }
}

struct PanicsUnlessDefused<'a>(Option<&'a mut Stage>);

impl<'a> PanicsUnlessDefused<'a> {
    fn defuse(&mut self) -> Option<&'a mut Stage> {
        self.0.take()
    }
}

impl Drop for PanicsUnlessDefused<'_> {
    fn drop(&mut self) {
        if let Some(Stage::Running(running)) = &mut self.0 {
            running.end_in_panic();
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Self::Running(running) = self {
            running.end_cancelled();
        }
    }
}

impl<F, C> fmt::Debug for Instrumented<F, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instrumented").finish_non_exhaustive()
    }
}
