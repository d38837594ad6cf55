//! Wraps a service's future.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;

use super::bodiless::Bodiless;
use super::body::CountedBody;
use super::observe::{End, ObservedCall};
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

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let polled = match this.tracked.as_mut() {
            Some(tracked) => {
                let scope = tracked.scope();
                let guard = tracked.guard(scope);
                let polled = this.inner.poll(context);
                guard.done();
                polled
            }
            // It was polled after it was ready; the inner future decides what happens.
            None => this.inner.poll(context),
        };
        let polled = ready!(polled);
        if let Some(tracked) = this.tracked {
            match &polled {
                Ok(response) => {
                    tracked.response(response);
                    if this.bodiless.covers(response) {
                        tracked.complete();
                    }
                }
                Err(_) => tracked.end(End::Failed),
            }
        }
        Poll::Ready(polled.map(|response| CountedBody::wrap(response, this.tracked)))
    }
}

impl<F, C: ObservedCall<B>, B> fmt::Debug for ResponseFuture<F, C, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
