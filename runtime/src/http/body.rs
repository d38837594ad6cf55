//! Wraps a response's body, because the request ends with it.

use std::fmt;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Response;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::observe::{CountedCall, End, ObservedCall};
use super::tracked::Tracked;

pin_project! {
    /// The body of a counted response; made by [`Service`](crate::http::Service).
    ///
    /// Servers often drop a body without polling it to its end: when it says that it has ended, or when as many bytes have passed
    /// as `Content-Length` promises. Such a request is complete. A body that is dropped earlier is cancelled.
    pub struct CountedBody<B, C>
    where
        C: CountedCall,
    {
        #[pin]
        inner: B,
        tracked: Tracked<C>,
    }
}

impl<B: Body, C: ObservedCall<B>> CountedBody<B, C> {
    #[inline]
    pub(super) fn wrap(response: Response<B>, tracked: Tracked<C>) -> Response<Self> {
        response.map(|inner| Self { inner, tracked })
    }
}

impl<B: Body, C: ObservedCall<B>> Body for CountedBody<B, C> {
    type Data = B::Data;
    type Error = B::Error;

    #[inline]
    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let panics = this.tracked.panics(None);
        // A frame is large: it is read in place. With another `return`, it would be moved once more.
        let polled = this.inner.as_mut().poll_frame(context);
        mem::forget(panics);
        match &polled {
            Poll::Pending => {}
            Poll::Ready(None) => this.tracked.end(End::Complete),
            Poll::Ready(Some(Err(_))) => this.tracked.end(End::Failed),
            Poll::Ready(Some(Ok(frame))) => this.tracked.frame(frame, || this.inner.is_end_stream()),
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

impl<B: fmt::Debug, C: CountedCall> fmt::Debug for CountedBody<B, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CountedBody").field("inner", &self.inner).finish_non_exhaustive()
    }
}
