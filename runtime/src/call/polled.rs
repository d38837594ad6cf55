//! A future or a stream whose polls are counted.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::running::polls_of;
use crate::live::polls::PollsRef;
use crate::series::lazy::LazySeries;

/// Counts the polls of a future or a stream.
#[inline]
pub fn polled<F>(series: impl Into<LazySeries>, future: F) -> Polled<F> {
    Polled { future, polls: Counted::Later(series.into()) }
}

/// The same for a future or a stream in a box that is not pinned.
#[inline]
#[must_use]
pub fn polled_unpinned<F: ?Sized>(series: impl Into<LazySeries>, future: Box<F>) -> Box<Polled<Pin<Box<F>>>> {
    Box::new(polled(series, Box::into_pin(future)))
}

pin_project! {
    /// A future or a stream whose polls are counted.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Polled<F> {
        #[pin]
        future: F,
        polls: Counted,
    }
}

/// Where the polls of a call are counted: on the recorder of its first one.
enum Counted {
    Later(LazySeries),
    Now(LazySeries, Option<PollsRef>),
}

impl Counted {
    fn count<R>(&mut self, poll: impl FnOnce() -> R) -> R {
        if let Self::Later(series) = *self {
            *self = Self::Now(series, polls_of(series));
        }
        let running = match self {
            Self::Now(_, Some(polls)) => Some(polls.begin()),
            _ => None,
        };
        let polled = poll();
        drop(running);
        polled
    }
}

impl<F: Future> Future for Polled<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let future = this.future;
        this.polls.count(|| future.poll(context))
    }
}

#[cfg(feature = "stream")]
impl<S: futures_core::Stream> futures_core::Stream for Polled<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        let stream = this.future;
        this.polls.count(|| stream.poll_next(context))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.future.size_hint()
    }
}

#[cfg(feature = "stream")]
impl<S: futures_core::stream::FusedStream> futures_core::stream::FusedStream for Polled<S> {
    fn is_terminated(&self) -> bool {
        self.future.is_terminated()
    }
}

#[cfg(feature = "stream")]
impl<F: futures_core::FusedFuture> futures_core::FusedFuture for Polled<F> {
    fn is_terminated(&self) -> bool {
        self.future.is_terminated()
    }
}

/// Another future, and another call when it is polled.
impl<F: Clone> Clone for Polled<F> {
    fn clone(&self) -> Self {
        let (Counted::Later(series) | Counted::Now(series, _)) = self.polls;
        polled(series, self.future.clone())
    }
}

impl<F: fmt::Debug> fmt::Debug for Polled<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.future.fmt(f)
    }
}

impl<F: std::panic::UnwindSafe> std::panic::UnwindSafe for Polled<F> {}
impl<F: std::panic::RefUnwindSafe> std::panic::RefUnwindSafe for Polled<F> {}

/// Whether the polls of a declared operation's calls are counted, as a type: a future that is not counted stays what it is.
pub trait Watch {
    /// The future, with its polls counted or as it is.
    type PolledFuture<F: Future>: Future<Output = F::Output>;

    /// Counts the polls of a future, or none.
    fn watch<F: Future>(series: LazySeries, future: F) -> Self::PolledFuture<F>;
}

/// Counts no polls.
#[derive(Debug)]
pub struct WithoutPolls;

/// Counts polls.
#[derive(Debug)]
pub struct WithPolls;

impl Watch for WithoutPolls {
    type PolledFuture<F: Future> = F;

    #[inline]
    fn watch<F: Future>(_: LazySeries, future: F) -> F {
        future
    }
}

impl Watch for WithPolls {
    type PolledFuture<F: Future> = Polled<F>;

    #[inline]
    fn watch<F: Future>(series: LazySeries, future: F) -> Polled<F> {
        polled(series, future)
    }
}
