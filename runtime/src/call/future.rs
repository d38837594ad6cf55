//! A future as a call: counted in at its first poll, out at its end or when it is dropped.

use std::fmt;
use std::future::Future;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::stage::Stage;
use crate::series::families::Series;

/// Makes a future a call under a series; `read` tells the outcome's index and that of the error's kind from its value.
#[inline]
pub fn instrument<F, C>(series: &'static Series, future: F, read: C) -> Instrumented<F, C>
where
    F: Future,
    C: Fn(&F::Output) -> (usize, Option<usize>),
{
    Instrumented { future, call: Stage::fresh(series), read }
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

/// The same of a future in a box that is not pinned.
#[inline]
pub fn instrument_unpinned<F, C>(series: &'static Series, future: Box<F>, read: C) -> Box<Instrumented<Pin<Box<F>>, C>>
where
    F: Future + ?Sized,
    C: Fn(&F::Output) -> (usize, Option<usize>),
{
    Box::new(instrument(series, Box::into_pin(future), read))
}

pin_project! {
    /// A future that is counted as a call.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Instrumented<F, C> {
        // Dropped before the call, which ends after the last of what the future owns.
        #[pin]
        future: F,
        call: Stage,
        read: C,
    }

    impl<F, C> PinnedDrop for Instrumented<F, C> {
        fn drop(this: Pin<&mut Self>) {
            this.project().call.is_dropped();
        }
    }
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
        let (future, read) = (this.future, this.read);
        let (polled, ended) = this.call.watch(|| {
            let polled = future.poll(context);
            let ended = match &polled {
                Poll::Ready(value) => Some(read(value)),
                Poll::Pending => None,
            };
            (polled, ended)
        });
        if let Some((outcome, error)) = ended {
            this.call.end(outcome, error);
        }
        polled
    }
}

// What the future is without a call, it is with one.

/// Another future, and another call when it is polled.
impl<F: Clone, C: Clone> Clone for Instrumented<F, C> {
    fn clone(&self) -> Self {
        Self { future: self.future.clone(), call: self.call.anew(), read: self.read.clone() }
    }
}

impl<F: fmt::Debug, C> fmt::Debug for Instrumented<F, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.future.fmt(f)
    }
}

// A call counts in atomics, and a panic between two of them leaves nothing that breaks.
impl<F: UnwindSafe, C> UnwindSafe for Instrumented<F, C> {}
impl<F: RefUnwindSafe, C> RefUnwindSafe for Instrumented<F, C> {}

#[cfg(feature = "stream")]
impl<F, C> futures_core::FusedFuture for Instrumented<F, C>
where
    F: futures_core::FusedFuture,
    C: Fn(&F::Output) -> (usize, Option<usize>),
{
    fn is_terminated(&self) -> bool {
        self.future.is_terminated()
    }
}
