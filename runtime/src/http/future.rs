//! Wraps a service's future.

use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;

use super::bodiless::Bodiless;
use super::body::{CountedBody, size};
use super::observe::{End, ObservedCall};
use super::sizes::UNKNOWN;
use super::tracked::Tracked;

pin_project! {
    /// The future of [`Service`](crate::http::Service).
    pub struct ResponseFuture<F, C, B>
    where
        C: ObservedCall<B>,
    {
        #[pin]
        pub(super) inner: F,
        // Moved to the body.
        pub(super) tracked: Option<Tracked<C, B>>,
        pub(super) bodiless: Bodiless,
    }
}

impl<F, C, B, E> Future for ResponseFuture<F, C, B>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
    C: ObservedCall<B>,
{
    type Output = Result<Response<CountedBody<B, C>>, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some(tracked) = this.tracked else {
            // Nothing is counted, or it was polled after it was ready: the inner future decides what happens.
            return this.inner.poll(context).map_ok(CountedBody::uncounted);
        };
        let scope = tracked.scope();
        let panics = tracked.panics(scope.as_ref());
        // A response is large: it is read in place, and moved once.
        let polled = this.inner.poll(context);
        mem::forget(panics);
        tracked.leave(scope.as_ref());
        drop(scope);
        let size = match &polled {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Ok(response)) => {
                let size = size(response);
                // Servers do not poll a body without bytes.
                let is_complete = size == 0 || this.bodiless.covers(response) || response.body().is_end_stream();
                tracked.response(response, is_complete);
                size
            }
            Poll::Ready(Err(_)) => {
                tracked.end(End::Failed);
                UNKNOWN
            }
        };
        polled.map_ok(|response| CountedBody::wrap(response, this.tracked.take(), size))
    }
}

impl<F, C: ObservedCall<B>, B> fmt::Debug for ResponseFuture<F, C, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
