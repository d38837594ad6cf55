//! The `tower` layer and the service that it makes.

use std::mem;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body;

use super::bodiless::Bodiless;
use super::body::CountedBody;
use super::future::ResponseFuture;
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
    type Future = ResponseFuture<S::Future, O::Call>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    #[inline(never)]
    fn call(&mut self, request: Request<B>) -> Self::Future {
        let mut tracked = Tracked::NONE;
        wrap(self, request, &mut tracked)
    }
}

/// Calls the service.
///
/// Futures of routers are large. The service writes this one to its final place, because nothing is left to be done or dropped, neither here nor in [`run`],
/// when it has returned or panicked.
#[inline(never)]
fn wrap<S, O, B>(
    service: &mut Service<S, O>,
    request: Request<B>,
    tracked: &mut Tracked<O::Call>,
) -> ResponseFuture<S::Future, O::Call>
where
    S: tower_service::Service<Request<B>>,
    O: Observe,
{
    ResponseFuture { inner: run(service, request, tracked), tracked: mem::replace(tracked, Tracked::NONE) }
}

/// The request is read in the function that passes it on: a service that changes it, as axum's does, then makes the only copy.
#[inline(never)]
fn run<S, O, B>(service: &mut Service<S, O>, request: Request<B>, tracked: &mut Tracked<O::Call>) -> S::Future
where
    S: tower_service::Service<Request<B>>,
    O: Observe,
{
    if let Some(place) = service.observe.begin((&request).into()) {
        tracked.begin(place, Bodiless::of(request.method()));
    }
    let scope = tracked.scope();
    let _inside = tracked.inside(scope.as_ref());
    service.inner.call(request)
}
