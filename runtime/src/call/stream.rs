//! A stream as a call: it begins at the first poll, and ends with the stream or when the stream is dropped.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::stream::{FusedStream, Stream};
#[cfg(feature = "sink")]
use futures_sink::Sink;
use pin_project_lite::pin_project;

use super::stage::Stage;
use crate::series::lazy::LazySeries;

/// Counts a stream as a call of a series. `read` returns the indices of an item's outcome and error kind. The outcome of the call is that of the last
/// item, or `ok` if there was none.
#[inline]
pub fn instrument_stream<S, C>(series: impl Into<LazySeries>, stream: S, read: C) -> InstrumentedStream<S, C>
where
    S: Stream,
    C: Fn(&S::Item) -> (usize, Option<usize>),
{
    InstrumentedStream { stream, call: Stage::fresh(series.into()), last: (0, None), read }
}

/// The same in a box, which is allocated before the stream is moved, so that the stream is built in its place.
#[inline]
pub fn instrument_stream_boxed<S, C>(
    series: impl Into<LazySeries>,
    stream: S,
    read: C,
) -> Pin<Box<InstrumentedStream<S, C>>>
where
    S: Stream,
    C: Fn(&S::Item) -> (usize, Option<usize>),
{
    let place = Box::new_uninit();
    Box::into_pin(Box::write(place, instrument_stream(series, stream, read)))
}

/// The same for a stream in a box that is not pinned.
#[inline]
pub fn instrument_stream_unpinned<S, C>(
    series: impl Into<LazySeries>,
    stream: Box<S>,
    read: C,
) -> Box<InstrumentedStream<Pin<Box<S>>, C>>
where
    S: Stream + ?Sized,
    C: Fn(&S::Item) -> (usize, Option<usize>),
{
    Box::new(instrument_stream(series, Box::into_pin(stream), read))
}

/// A stream with an explicit item type, so that types in its body are inferred as in the plain function.
#[inline]
pub fn item<T, S: Stream<Item = T>>(stream: S) -> S {
    stream
}

pin_project! {
    /// A stream that is counted as a call.
    #[must_use = "streams do nothing unless polled"]
    pub struct InstrumentedStream<S, C> {
        #[pin]
        stream: S,
        call: Stage<LazySeries>,
        last: (usize, Option<usize>),
        read: C,
    }

    impl<S, C> PinnedDrop for InstrumentedStream<S, C> {
        fn drop(this: Pin<&mut Self>) {
            this.project().call.is_dropped();
        }
    }
}

impl<S, C> Stream for InstrumentedStream<S, C>
where
    S: Stream,
    C: Fn(&S::Item) -> (usize, Option<usize>),
{
    type Item = S::Item;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        let stream = this.stream;
        let (read, last) = (this.read, this.last);
        this.call.watch(
            || stream.poll_next(context),
            |polled| match polled {
                Poll::Ready(Some(item)) => {
                    *last = read(item);
                    None
                }
                Poll::Ready(None) => Some(*last),
                Poll::Pending => None,
            },
        )
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.size_hint()
    }
}

impl<S, C> FusedStream for InstrumentedStream<S, C>
where
    S: FusedStream,
    C: Fn(&S::Item) -> (usize, Option<usize>),
{
    fn is_terminated(&self) -> bool {
        self.stream.is_terminated()
    }
}

// The wrapper implements what the wrapped stream implements.

/// What is sent is not part of the call.
#[cfg(feature = "sink")]
impl<T, S: Sink<T>, C> Sink<T> for InstrumentedStream<S, C> {
    type Error = S::Error;

    fn poll_ready(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.project().stream.poll_ready(context)
    }

    fn start_send(self: Pin<&mut Self>, item: T) -> Result<(), S::Error> {
        self.project().stream.start_send(item)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.project().stream.poll_flush(context)
    }

    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.project().stream.poll_close(context)
    }
}

/// Clones the stream; polling the clone is another call.
impl<S: Clone, C: Clone> Clone for InstrumentedStream<S, C> {
    fn clone(&self) -> Self {
        Self { stream: self.stream.clone(), call: self.call.anew(), last: (0, None), read: self.read.clone() }
    }
}

impl<S: fmt::Debug, C> fmt::Debug for InstrumentedStream<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.stream.fmt(f)
    }
}

// A call counts in atomics, each of which is valid by itself, so a panic between two writes breaks no invariant.
impl<S: UnwindSafe, C> UnwindSafe for InstrumentedStream<S, C> {}
impl<S: RefUnwindSafe, C> RefUnwindSafe for InstrumentedStream<S, C> {}
