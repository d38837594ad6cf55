//! A future as a call: it begins at the first poll, and ends with the future's output or when the future is dropped.

use std::fmt;
use std::future::Future;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::stage::{Later, Stage};

/// Counts a future as a call of a series. `read` returns the indices of the outcome and of the error kind of its output.
#[inline]
pub fn instrument<L, F, C>(series: L, future: F, read: C) -> Instrumented<L, F, C>
where
    L: Later,
    F: Future,
    C: Fn(&F::Output) -> (usize, Option<usize>),
{
    Instrumented { future, call: Stage::fresh(series), read }
}

/// Does the same in a box. The box is allocated first, so that the future is built in place and not copied.
#[inline]
pub fn instrument_boxed<L, F, C>(series: L, future: F, read: C) -> Pin<Box<Instrumented<L, F, C>>>
where
    L: Later,
    F: Future,
    C: Fn(&F::Output) -> (usize, Option<usize>),
{
    let place = Box::new_uninit();
    Box::into_pin(Box::write(place, instrument(series, future, read)))
}

/// Does the same for a future in a box that is not pinned.
#[inline]
pub fn instrument_unpinned<L, F, C>(series: L, future: Box<F>, read: C) -> Box<Instrumented<L, Pin<Box<F>>, C>>
where
    L: Later,
    F: Future + ?Sized,
    C: Fn(&F::Output) -> (usize, Option<usize>),
{
    Box::new(instrument(series, Box::into_pin(future), read))
}

pin_project! {
    /// A future that is counted as a call.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Instrumented<L: Later, F, C> {
        // Declared first, so dropped first: the call ends after everything that the future owns is dropped.
        #[pin]
        future: F,
        call: Stage<L>,
        read: C,
    }

    impl<L: Later, F, C> PinnedDrop for Instrumented<L, F, C> {
        fn drop(this: Pin<&mut Self>) {
            this.project().call.is_dropped();
        }
    }
}

impl<L, F, C> Future for Instrumented<L, F, C>
where
    L: Later,
    F: Future,
    C: Fn(&F::Output) -> (usize, Option<usize>),
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let (future, read) = (this.future, this.read);
        this.call.watch(
            || future.poll(context),
            |polled| match polled {
                Poll::Ready(value) => Some(read(value)),
                Poll::Pending => None,
            },
        )
    }
}

// The wrapper implements what the wrapped future implements.

/// Clones the future; polling the clone is another call.
impl<L: Later, F: Clone, C: Clone> Clone for Instrumented<L, F, C> {
    fn clone(&self) -> Self {
        Self { future: self.future.clone(), call: self.call.anew(), read: self.read.clone() }
    }
}

impl<L: Later, F: fmt::Debug, C> fmt::Debug for Instrumented<L, F, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.future.fmt(f)
    }
}

// A call counts in atomics, each of which is valid by itself, so a panic between two writes breaks no invariant.
impl<L: Later, F: UnwindSafe, C> UnwindSafe for Instrumented<L, F, C> {}
impl<L: Later, F: RefUnwindSafe, C> RefUnwindSafe for Instrumented<L, F, C> {}

#[cfg(feature = "stream")]
impl<L, F, C> futures_core::FusedFuture for Instrumented<L, F, C>
where
    L: Later,
    F: futures_core::FusedFuture,
    C: Fn(&F::Output) -> (usize, Option<usize>),
{
    fn is_terminated(&self) -> bool {
        self.future.is_terminated()
    }
}
