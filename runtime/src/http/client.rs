//! Requests that a client sends, by OpenTelemetry's conventions.

use http::uri::Uri;
use http::{HeaderMap, Method, StatusCode};

use super::call::StatusCall;
use super::head::RequestHead;
use super::layer::Layer;
use super::observe::Observe;
use super::scheme::Scheme;
use super::sizes::{SizeLabels, Sizes};
use super::status::Status;
use crate as metrics_instrumented;
use crate::label::Open;
use crate::metric::Histogram;
use crate::call::operation::Operation;

/// HTTP requests that this client sends.
#[derive(Operation)]
#[operation(
    crate = metrics_instrumented,
    duration(name = "http_client_request_duration_seconds", help = "Duration of HTTP client requests.", outcome),
    in_flight(name = "http_client_active_requests", help = "Number of active HTTP client requests."),
    outcome(type = Status, label = "http_response_status_code"),
    buckets = super::bounds::SECONDS,
    max_series = 20_000_000,
)]
struct ClientRequest<'a> {
    http_request_method: &'a Method,
    #[label(max = 100)]
    server_address: Open<'a>,
    #[label(max = 100)]
    server_port: Open<'a>,
}

/// Counts the requests of a client; made by [`client`](crate::http::client).
#[derive(Clone, Copy, Debug)]
pub struct Client {
    sizes: bool,
}

impl Client {
    pub(super) const NEW: Self = Self { sizes: false };
}

impl Layer<Client> {
    /// Also records `http_client_request_body_size_bytes`, from `Content-Length`, and `http_client_response_body_size_bytes`, from the
    /// bytes that passed.
    #[must_use]
    pub fn body_sizes(self) -> Self {
        self.map(|_| Client { sizes: true })
    }
}

impl Observe for Client {
    type Call = StatusCall<ClientLabels>;

    fn begin(&self, request: RequestHead<'_>) -> Self::Call {
        let (address, port) = server(request.uri, request.headers);
        let operation = ClientRequest {
            http_request_method: request.method,
            server_address: Open::new(address),
            server_port: Open::new(port),
        };
        let labels = || ClientLabels { address: address.into(), port: port.into() };
        StatusCall::start(operation.series(), self.sizes.then(|| Sizes::new(request, labels())))
    }
}

/// The server's host and port: from the request target, else from the `Host` header.
fn server<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> (&'a str, &'a str) {
    let default_port = if Scheme::of(uri) == Some(Scheme::Https) { "443" } else { "80" };
    if let Some(authority) = uri.authority() {
        // `Uri::port` borrows from a temporary; the digits are those behind the host.
        let port = authority.as_str().rsplit_once(':').map(|(_, port)| port);
        let port = port.filter(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()));
        return (authority.host(), port.unwrap_or(default_port));
    }
    let host = headers.get(http::header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    match host.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port),
        _ => (host, default_port),
    }
}

/// Sizes of the bodies of requests that this client sent.
#[derive(Histogram)]
#[histogram(
    crate = metrics_instrumented,
    name = "http_client_request_body_size_bytes",
    help = "Size of HTTP client request bodies.",
    buckets = super::bounds::BYTES,
    max_series = 20_000_000,
)]
struct RequestBodySize<'a> {
    http_request_method: &'a Method,
    http_response_status_code: StatusCode,
    #[label(max = 100)]
    server_address: Open<'a>,
    #[label(max = 100)]
    server_port: Open<'a>,
}

/// Sizes of the bodies of responses that this client received.
#[derive(Histogram)]
#[histogram(
    crate = metrics_instrumented,
    name = "http_client_response_body_size_bytes",
    help = "Size of HTTP client response bodies.",
    buckets = super::bounds::BYTES,
    max_series = 20_000_000,
)]
struct ResponseBodySize<'a> {
    http_request_method: &'a Method,
    http_response_status_code: StatusCode,
    #[label(max = 100)]
    server_address: Open<'a>,
    #[label(max = 100)]
    server_port: Open<'a>,
}

/// The labels of a client's size histograms.
#[derive(Debug)]
pub struct ClientLabels {
    address: Box<str>,
    port: Box<str>,
}

impl SizeLabels for ClientLabels {
    fn record(&self, method: &Method, status: StatusCode, request: Option<u64>, response: u64) {
        let (server_address, server_port) = (Open::new(&self.address), Open::new(&self.port));
        let (http_request_method, http_response_status_code) = (method, status);
        if let Some(size) = request {
            RequestBodySize { http_request_method, http_response_status_code, server_address, server_port }.record(size);
        }
        ResponseBodySize { http_request_method, http_response_status_code, server_address, server_port }.record(response);
    }
}
