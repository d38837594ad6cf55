//! Wraps a service's future.

use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;

use super::body::CountedBody;
use super::observe::{CountedCall, End, ObservedCall};
use super::tracked::Tracked;

pin_project! {
    /// The future of [`Service`](crate::http::Service).
    pub struct ResponseFuture<F, C>
    where
        C: CountedCall,
    {
        #[pin]
        pub(super) inner: F,
        // Moved to the body.
        pub(super) tracked: Tracked<C>,
    }
}

impl<F, C, B, E> Future for ResponseFuture<F, C>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
    C: ObservedCall<B>,
{
    type Output = Result<Response<CountedBody<B, C>>, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut tracked = mem::replace(this.tracked, Tracked::NONE);
        let scope = tracked.scope();
        let panics = tracked.panics(scope.as_ref());
        // A response is large: it is read in place, and moved once.
        let polled = this.inner.poll(context);
        mem::forget(panics);
        tracked.leave(scope.as_ref());
        drop(scope);
        match &polled {
            Poll::Pending => {
                // It is empty, which the compiler does not know: replaced, it would be dropped.
                mem::forget(mem::replace(this.tracked, tracked));
                return Poll::Pending;
            }
            Poll::Ready(Ok(response)) => tracked.response(response),
            Poll::Ready(Err(_)) => tracked.end(End::Failed),
        }
        polled.map_ok(|response| CountedBody::wrap(response, tracked))
    }
}

impl<F, C: CountedCall> fmt::Debug for ResponseFuture<F, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
