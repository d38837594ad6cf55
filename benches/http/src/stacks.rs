//! The same router with each layer.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::Response;
use axum::routing::get;
use http_body::{Frame, SizeHint};
use opentelemetry_0_30::metrics::MeterProvider as _;
use tower::util::MapResponseLayer;

/// Each by its name. The first has no layer; the second one has a layer that does nothing but wrap the response's body, as all of the others do.
pub(crate) const STACKS: &[(&str, fn() -> Router)] = &[
    ("none", router),
    ("a body wrapper", wrapped),
    ("metrics-instrumented", ours),
    ("metrics-instrumented, own operation", own_operation),
    ("axum-prometheus", axum_prometheus),
    ("opentelemetry-instrumentation-tower", opentelemetry_tower),
    ("tower-otel-http-metrics", tower_otel),
];

fn router() -> Router {
    Router::new().route("/users/{id}", get(|| async { "found" }))
}

struct Wrapped(Body);

impl HttpBody for Wrapped {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.0).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

fn wrapped() -> Router {
    router().layer(MapResponseLayer::new(|response: Response<Body>| response.map(Wrapped)))
}

fn ours() -> Router {
    router().layer(metrics_instrumented::http::server())
}

/// Requests by method.
#[derive(metrics_instrumented::Operation)]
#[operation(name = "bench_requests")]
struct BenchRequest<'a> {
    method: &'a axum::http::Method,
}

fn own_operation() -> Router {
    router().layer(metrics_instrumented::http::layer(|request: metrics_instrumented::http::RequestHead<'_>| {
        metrics_instrumented::Operation::into_static(BenchRequest { method: request.method })
    }))
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
