//! Wraps a response's body, because the request ends with it.

use std::fmt;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Buf;
use http::Response;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::observe::{End, ObservedCall};
use super::sizes::{UNKNOWN, content_length};
use super::tracked::Tracked;

pin_project! {
    /// The body of a counted response; made by [`Service`](crate::http::Service).
    ///
    /// Servers often drop a body without polling it to its end: when it says that it has ended, or when as many bytes have passed
    /// as `Content-Length` promises. Such a request is complete. A body that is dropped earlier is cancelled.
    pub struct CountedBody<B, C>
    where
        C: ObservedCall<B>,
    {
        #[pin]
        inner: B,
        tracked: Option<Tracked<C, B>>,
        // Remaining bytes, or `UNKNOWN`.
        left: u64,
    }
}

/// The size of a response's body, or [`UNKNOWN`].
#[inline]
pub(super) fn size<B: Body>(response: &Response<B>) -> u64 {
    let exact = response.body().size_hint().exact();
    exact.or_else(|| content_length(response.headers())).unwrap_or(UNKNOWN)
}

impl<B: Body, C: ObservedCall<B>> CountedBody<B, C> {
    #[inline]
    pub(super) fn wrap(response: Response<B>, tracked: Option<Tracked<C, B>>, left: u64) -> Response<Self> {
        response.map(|inner| Self { inner, tracked, left })
    }

    pub(super) fn uncounted(response: Response<B>) -> Response<Self> {
        Self::wrap(response, None, UNKNOWN)
    }
}

impl<B: Body, C: ObservedCall<B>> Body for CountedBody<B, C> {
    type Data = B::Data;
    type Error = B::Error;

    #[inline]
    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let panics = this.tracked.as_mut().map(|tracked| tracked.panics(None));
        // A frame is large: it is read in place. With another `return`, it would be moved once more.
        let polled = this.inner.as_mut().poll_frame(context);
        mem::forget(panics);
        if let Some(tracked) = this.tracked {
            match &polled {
                Poll::Pending => {}
                Poll::Ready(None) => tracked.end(End::Complete),
                Poll::Ready(Some(Err(_))) => tracked.end(End::Failed),
                Poll::Ready(Some(Ok(frame))) => {
                    if let Some(data) = frame.data_ref() {
                        tracked.bytes(data.remaining());
                        if *this.left != UNKNOWN {
                            *this.left = this.left.saturating_sub(data.remaining() as u64);
                        }
                    }
                    if let Some(trailers) = frame.trailers_ref() {
                        tracked.trailers(trailers);
                    }
                    if frame.is_trailers() || *this.left == 0 || this.inner.is_end_stream() {
                        tracked.complete();
                    }
                }
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl<B: fmt::Debug, C: ObservedCall<B>> fmt::Debug for CountedBody<B, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CountedBody").field("inner", &self.inner).finish_non_exhaustive()
    }
}
