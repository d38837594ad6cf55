//! The `tower` layer and the service that it makes.

use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body;

use super::bodiless::Bodiless;
use super::body::CountedBody;
use super::future::ResponseFuture;
use super::nested::Scope;
use super::observe::{Observe, ObservedCall};
use super::tracked::Tracked;

/// Counts the requests of the services that it wraps: a `tower` layer.
///
/// Made by [`server`](crate::http::server), [`client`](crate::http::client), [`grpc_server`](crate::http::grpc_server) and
/// [`layer`](crate::http::layer).
#[derive(Clone, Debug)]
pub struct Layer<O> {
    observe: O,
}

impl<O> Layer<O> {
    pub(super) const fn new(observe: O) -> Self {
        Self { observe }
    }

    pub(super) fn map<P>(self, f: impl FnOnce(O) -> P) -> Layer<P> {
        Layer { observe: f(self.observe) }
    }
}

impl<S, O: Clone> tower_layer::Layer<S> for Layer<O> {
    type Service = Service<S, O>;

    fn layer(&self, inner: S) -> Self::Service {
        Service { inner, observe: self.observe.clone() }
    }
}

/// A service whose requests are counted; made by [`Layer`].
///
/// A request begins when the service is called. It ends when the response's body has ended or was dropped, or when there will be
/// no response.
#[derive(Clone, Debug)]
pub struct Service<S, O> {
    inner: S,
    observe: O,
}

impl<S, O, B, R> tower_service::Service<Request<B>> for Service<S, O>
where
    S: tower_service::Service<Request<B>, Response = Response<R>>,
    R: Body,
    O: Observe,
    O::Call: ObservedCall<R>,
{
    type Response = Response<CountedBody<R, O::Call>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, O::Call, R>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    // Futures of routers are large. With `inline(never)` here and in `start`, nothing is dropped if one of the functions panics that pass a future on, so the
    // compiler lets them write it to its final place.
    #[inline(never)]
    fn call(&mut self, request: Request<B>) -> Self::Future {
        let bodiless = Bodiless::of(request.method());
        let mut tracked = self.observe.begin((&request).into()).map(Tracked::new);
        let scope = tracked.as_ref().and_then(Tracked::scope);
        start(&mut self.inner, request, bodiless, &mut tracked, scope.as_ref())
    }
}

#[inline(never)]
fn start<S, B, R, C>(
    service: &mut S,
    request: Request<B>,
    bodiless: Bodiless,
    tracked: &mut Option<Tracked<C, R>>,
    scope: Option<&Scope>,
) -> ResponseFuture<S::Future, C, R>
where
    S: tower_service::Service<Request<B>, Response = Response<R>>,
    C: ObservedCall<R>,
{
    let inner = service.call(request);
    if let Some(tracked) = tracked {
        tracked.leave(scope);
    }
    ResponseFuture { inner, tracked: tracked.take(), bodiless }
}
