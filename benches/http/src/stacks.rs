//! The same axum router with each layer, and the same plain `tower` service.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::{Method, Request, Response};
use axum::routing::get;
use http_body::{Frame, SizeHint};
use http_body_util::Full;
use metrics_instrumented::http::RequestHead;
use metrics_instrumented::{Operation, http};
use opentelemetry_0_30::metrics::MeterProvider as _;
use pin_project_lite::pin_project;
use tower::layer::layer_fn;
use tower::layer::util::Identity;
use tower::util::MapResponseLayer;
use tower::{Layer, Service, service_fn};

use crate::request;

/// The layer's type has no name.
macro_rules! own_operation {
    () => {
        http::layer(|request: RequestHead<'_>| BenchRequest { method: request.method }.into_static())
    };
}

/// Sends one request.
pub(crate) type Stack = Box<dyn FnMut()>;

/// Each by its name. The first has no layer; the second one has a layer that does nothing but wrap the response's body, as all of the others do; the third one
/// also reads the clock. The last ones have no router, which would put each layer, its future and the body into boxes.
pub(crate) const STACKS: &[(&str, fn() -> Stack)] = &[
    ("none", || served(router())),
    ("a body wrapper", || served(router().layer(wrapper()))),
    ("a clock and a body wrapper", || served(router().layer(layer_fn(Timer)))),
    ("metrics-instrumented", || served(router().layer(http::server()))),
    ("metrics-instrumented, own operation", || served(router().layer(own_operation!()))),
    ("axum-prometheus", || served(axum_prometheus())),
    ("opentelemetry-instrumentation-tower", || served(opentelemetry_tower())),
    ("tower-otel-http-metrics", || served(tower_otel())),
    ("tower: none", || plain(Identity::new())),
    ("tower: a body wrapper", || plain(wrapper())),
    ("tower: metrics-instrumented", || plain(http::server().route(route))),
    ("tower: own operation", || plain(own_operation!())),
];

fn router() -> Router {
    Router::new().route("/users/{id}", get(|| async { "found" }))
}

/// Like `axum::serve` does with a router; otherwise each request would create the stack again.
fn served(router: Router) -> Stack {
    let mut router: Router = router.with_state(());
    Box::new(move || request(&mut router))
}

type Found = Ready<Result<Response<Full<Bytes>>, Infallible>>;
type Handler = tower::util::ServiceFn<fn(Request<Body>) -> Found>;

fn found(_: Request<Body>) -> Found {
    ready(Ok(Response::new(Full::from("found"))))
}

fn plain<L, B>(layer: L) -> Stack
where
    L: Layer<Handler>,
    L::Service: Service<Request<Body>, Response = Response<B>> + 'static,
    B: HttpBody,
{
    let mut service = layer.layer(service_fn(found as fn(Request<Body>) -> Found));
    Box::new(move || request(&mut service))
}

/// What a router attaches, for the service without one.
fn route<'a>(_: RequestHead<'a>) -> Option<&'a str> {
    Some("/users/{id}")
}

/// A body with something that is dropped with it.
struct Wrapped<B, T> {
    inner: B,
    #[allow(dead_code, reason = "it only has to be dropped")]
    with: T,
}

impl<B: HttpBody + Unpin, T: Unpin> HttpBody for Wrapped<B, T> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.inner).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

fn wrapper<B>() -> MapResponseLayer<impl Fn(Response<B>) -> Response<Wrapped<B, ()>> + Copy> {
    MapResponseLayer::new(|response: Response<B>| response.map(|inner| Wrapped { inner, with: () }))
}

/// Reads the clock when it is created and when it is dropped.
struct Timed(quanta::Instant);

impl Drop for Timed {
    fn drop(&mut self) {
        black_box(self.0.elapsed());
    }
}

/// Times requests to the end of their bodies, and records nothing.
#[derive(Clone)]
struct Timer<S>(S);

impl<S, B> Service<Request<Body>> for Timer<S>
where
    S: Service<Request<Body>, Response = Response<B>>,
{
    type Response = Response<Wrapped<B, Timed>>;
    type Error = S::Error;
    type Future = TimedFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let timed = Timed(quanta::Instant::now());
        TimedFuture { inner: self.0.call(request), timed: Some(timed) }
    }
}

pin_project! {
    struct TimedFuture<F> {
        #[pin]
        inner: F,
        timed: Option<Timed>,
    }
}

impl<F, B, E> Future for TimedFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<Wrapped<B, Timed>>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let polled = this.inner.poll(context);
        polled
            .map_ok(|response| response.map(|inner| Wrapped { inner, with: this.timed.take().expect("one response") }))
    }
}

/// Requests by method.
#[derive(Operation)]
#[operation(name = "bench_requests")]
struct BenchRequest<'a> {
    method: &'a Method,
}

fn axum_prometheus() -> Router {
    // The process' recorder is ours; this layer has one of its own only if none is installed, so both record into the same.
    router().layer(axum_prometheus::PrometheusMetricLayer::new())
}

fn opentelemetry_tower() -> Router {
    let reader = opentelemetry_sdk::metrics::ManualReader::builder().build();
    let provider = opentelemetry_sdk::metrics::SdkMeterProvider::builder().with_reader(reader).build();
    opentelemetry::global::set_meter_provider(provider);
    let layer = opentelemetry_instrumentation_tower::http::server::LayerBuilder::builder().with_tracing(false).build();
    router().layer(layer.expect("a layer"))
}

fn tower_otel() -> Router {
    let reader = opentelemetry_sdk_0_30::metrics::ManualReader::builder().build();
    let provider = opentelemetry_sdk_0_30::metrics::SdkMeterProvider::builder().with_reader(reader).build();
    let layer = tower_otel_http_metrics::HTTPMetricsLayerBuilder::builder().with_meter(provider.meter("bench")).build();
    // The provider is dropped with the program.
    std::mem::forget(provider);
    router().layer(layer.expect("a layer"))
}
