//! HTTP and gRPC: `tower` layers that count requests until their response's body has ended.
//!
//! A handler returns before its response is sent: a download of 200 MB is in flight long after the handler has returned, and if the client disconnects
//! during it, the request was not completed. Therefore the layers of this module end a call with the *body*:
//!
//! | end of the request | counted as |
//! | --- | --- |
//! | the body was sent completely, or the response has none (`HEAD`, 204, 304, an upgrade) | its status |
//! | the body is dropped before its end, or the service's future before its response | `cancelled` |
//! | the service or the body fails | `error` |
//! | the service or the body panics | `panic` |
//!
//! Layers of one kind inside of each other count a request once: the outermost one counts it, and takes the route from an inner one if it does not know it.
//!
//! [`server`] and [`client`] record the metrics of [OpenTelemetry's conventions for HTTP](https://opentelemetry.io/docs/specs/semconv/http/http-metrics/)
//! (v1.44) in Prometheus' spelling, [`grpc_server`] and [`grpc_client`] those
//! [for gRPC](https://opentelemetry.io/docs/specs/semconv/rpc/rpc-metrics/); [`layer`] counts requests under an operation of your own.
//! The layers fit any `tower` stack: axum, tonic, hyper through `hyper-util`.
//!
//! ```
//! # use axum::{Router, routing::get};
//! let router: Router = Router::new()
//!     .route("/users/{id}", get(|| async { "found" }))
//!     .layer(metrics_instrumented::http::server());
//! ```
//!
//! `http_server_request_duration_seconds{http_request_method, http_route, http_response_status_code, url_scheme}` and
//! `http_server_active_requests{http_request_method, url_scheme}` are then on `/metrics`. Every label is bounded: unknown methods are
//! `_OTHER`, requests without a route `_unmatched`, status codes that are not registered `4xx` and the like, routes above 1,000 `other`.
//!
//! # Cost
//!
//! One call (see the [attribute's reference](macro@crate::instrumented#cost)), a look-up of the route and one of the series in a cache of the thread: no
//! lock, and no allocation once the first request of a kind has passed. The state of a request is in memory that its thread keeps for the next ones (at most 256 places of
//! about 150 bytes for each kind of layer); only while more requests are running than ever before is it allocated. `scripts/bench http` compares it with other crates.
//!
//! # Catalogue
//!
//! The families of a layer are in the catalogue of a program that uses the layer, and those of body sizes if it calls
//! [`body_sizes`](Layer::body_sizes). `cargo metrics-instrumented` reads exactly these from an executable. What a running program prints with
//! `catalog()` may have those of other layers as well if the compiler put their code into the same object file, as with
//! `codegen-units = 1`.

mod bodiless;
mod body;
mod bounds;
mod call;
#[allow(unsafe_code, reason = "declarations are in sections, see `catalog/linked.rs`")]
mod client;
mod code;
mod from_request;
mod future;
#[allow(unsafe_code, reason = "declarations are in sections, see `catalog/linked.rs`")]
mod grpc;
mod head;
mod layer;
mod nested;
mod observe;
mod on_demand;
mod pool;
mod progress;
mod resolved;
mod route;
mod scheme;
#[allow(unsafe_code, reason = "declarations are in sections, see `catalog/linked.rs`")]
mod server;
mod sizes;
mod status;
mod text;
#[cfg(feature = "tonic")]
mod tonic;
mod tracked;
mod values;

pub use body::CountedBody;
pub use client::Client;
pub use code::GrpcCode;
pub use from_request::FromRequest;
pub use future::ResponseFuture;
pub use grpc::{Grpc, GrpcClient, GrpcServer};
pub use head::RequestHead;
pub use layer::{Layer, Service};
pub use observe::{CountedCall, End, Observe, ObservedCall};
pub use route::{MatchedRoute, Route};
pub use scheme::Scheme;
pub use server::Server;
pub use values::StatusClass;

use crate::call::operation::Operation;

/// Counts the requests that a server answers.
///
/// | family | labels |
/// | --- | --- |
/// | `http_server_request_duration_seconds` (histogram) | `http_request_method`, `http_route`, `http_response_status_code`, `url_scheme` |
/// | `http_server_active_requests` (gauge) | `http_request_method`, `url_scheme` |
/// | with [`body_sizes`](Layer::body_sizes): `http_server_request_body_size_bytes`, `http_server_response_body_size_bytes` (histograms) | as the duration |
///
/// Series appear with the first request of their kind. `http_response_status_code` is `error`, `panic` or `cancelled` for a request that did not end with a whole response. The route is
/// axum's with the feature `axum` (put the layer on the router with `Router::layer`); elsewhere give it with [`route`](Layer::route).
#[must_use]
pub fn server() -> Layer<Server> {
    Layer::new(Server::NEW)
}

/// Counts the requests that a client sends: `http_client_request_duration_seconds{http_request_method, http_response_status_code,
/// server_address, server_port}` and `http_client_active_requests{http_request_method, server_address, server_port}`.
///
/// ```
/// # use tower_layer::Layer as _;
/// # fn example<C: tower_service::Service<http::Request<String>> + Clone>(client: C) {
/// let client = metrics_instrumented::http::client().layer(client); // a hyper-util client, for example
/// # }
/// ```
#[must_use]
pub fn client() -> Layer<Client> {
    Layer::new(Client::NEW)
}

/// Counts the calls that a gRPC server answers: `rpc_server_call_duration_seconds{rpc_method, rpc_response_status_code,
/// rpc_system_name}`.
///
/// The status code is that of the trailers; a call that the client gave up is `CANCELLED`, or `DEADLINE_EXCEEDED` if its
/// `grpc-timeout` had passed. Methods that the server does not implement are `_OTHER`.
///
/// ```
/// # use tower_layer::Layer as _;
/// # fn example<S: tower_service::Service<http::Request<String>> + Clone>(service: S) {
/// // With tonic: `Server::builder().layer(metrics_instrumented::http::grpc_server())`.
/// let service = metrics_instrumented::http::grpc_server().layer(service);
/// # }
/// ```
#[must_use]
pub fn grpc_server() -> Layer<Grpc<GrpcServer>> {
    Layer::new(Grpc::NEW)
}

/// Counts the calls that a gRPC client makes: `rpc_client_call_duration_seconds{rpc_method, rpc_response_status_code, rpc_system_name}`.
///
/// ```
/// # use tower_layer::Layer as _;
/// # fn example<S: tower_service::Service<http::Request<String>> + Clone>(channel: S) {
/// // With tonic: the channel, from which the generated client is then made.
/// let channel = metrics_instrumented::http::grpc_client().layer(channel);
/// # }
/// ```
#[must_use]
pub fn grpc_client() -> Layer<Grpc<GrpcClient>> {
    Layer::new(Grpc::NEW)
}

/// Counts requests under an operation of your own, with labels from the request and the outcome from the response.
///
/// ```
/// use metrics_instrumented::{LabelValue, Operation, http::{self, RequestHead}};
///
/// #[derive(LabelValue)]
/// enum Audience { Public, Internal }
///
/// /// Requests of the API.
/// #[derive(Operation)]
/// #[operation(name = "api_calls")]
/// struct ApiCall { audience: Audience }
///
/// let layer = http::layer(|request: RequestHead<'_>| ApiCall {
///     audience: if request.headers.contains_key("x-internal") { Audience::Internal } else { Audience::Public },
/// });
/// # drop(layer);
/// ```
///
/// A response with a 5xx status is `error`, any other `ok`; with `outcome = Type`, the outcome is `Type::from(&response)`. A service that
/// fails without a response is `error`, or, with `outcome = Type`, `cancelled`.
#[must_use]
pub fn layer<F, O>(operation: F) -> Layer<FromRequest<F>>
where
    F: Fn(RequestHead<'_>) -> O + Clone,
    O: Operation,
{
    Layer::new(FromRequest(operation))
}
