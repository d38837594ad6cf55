//! Requests that a server answers, by OpenTelemetry's conventions.

use std::fmt;

use http::Method;
use metrics_instrumented_macros::{Histogram, Operation};

use super::bounds;
use super::call::{RequestLabels, StatusCall};
use super::head::RequestHead;
use super::layer::Layer;
use super::observe::Observe;
use super::on_demand;
use super::route::{MatchedRoute, Route, UNMATCHED};
use super::scheme::Scheme;
use super::status::Status;
use super::text::Text;
use crate::call::operation::Operation;
use crate::label::Open;
use crate::metric::Histogram;
use crate::series::families::Series;

/// HTTP requests that this server is answering.
#[derive(Operation)]
#[operation(
    crate = crate,
    in_flight = "http_server_active_requests",
    help = "Number of active HTTP server requests.",
)]
struct ActiveRequests<'a> {
    http_request_method: &'a Method,
    url_scheme: Scheme,
}

/// Declares families with the labels of a request that has ended.
macro_rules! ended {
    ($($(#[$attribute:meta])* $name:ident;)*) => {
        $(
            $(#[$attribute])*
            struct $name<'a> {
                http_request_method: &'a Method,
                #[label(max = 1_000)]
                http_route: Open<'a>,
                http_response_status_code: Status,
                url_scheme: Scheme,
            }

            impl<'a> $name<'a> {
                fn of(labels: &'a ServerLabels, method: &'a Method, status: Status) -> Self {
                    Self {
                        http_request_method: method,
                        http_route: Open::new(labels.route.as_str()),
                        http_response_status_code: status,
                        url_scheme: labels.scheme,
                    }
                }
            }
        )*
    };
}

ended! {
    /// HTTP requests that this server answered.
    #[derive(Operation)]
    #[operation(
        crate = crate,
        duration = "http_server_request_duration_seconds",
        help = "Duration of HTTP server requests.",
        buckets = bounds::SECONDS,
        max_series = 2_000_000,
    )]
    RequestDuration;

    /// Sizes of the bodies of requests that this server received.
    #[derive(Histogram)]
    #[histogram(
        crate = on_demand,
        name = "http_server_request_body_size_bytes",
        help = "Size of HTTP server request bodies.",
        buckets = bounds::BYTES,
        max_series = 2_000_000,
    )]
    RequestBodySize;

    /// Sizes of the bodies of responses that this server sent.
    #[derive(Histogram)]
    #[histogram(
        crate = on_demand,
        name = "http_server_response_body_size_bytes",
        help = "Size of HTTP server response bodies.",
        buckets = bounds::BYTES,
        max_series = 2_000_000,
    )]
    ResponseBodySize;
}

/// Counts the requests of a server; made by [`server`](crate::http::server).
#[derive(Clone)]
pub struct Server<R = MatchedRoute> {
    route: R,
    scheme: Scheme,
    sizes: bool,
}

impl Server {
    pub(super) const NEW: Self = Self { route: MatchedRoute, scheme: Scheme::Http, sizes: false };
}

impl<R> Layer<Server<R>> {
    /// Takes the label `http_route` from this closure, for example from what the server's router put into the request's extensions.
    ///
    /// ```
    /// use metrics_instrumented::http::{self, RequestHead};
    ///
    /// #[derive(Clone)]
    /// struct Matched(&'static str); // what the router attaches
    ///
    /// fn route<'a>(request: RequestHead<'a>) -> Option<&'a str> {
    ///     request.extensions.get::<Matched>().map(|matched| matched.0)
    /// }
    ///
    /// let layer = http::server().route(route);
    /// # drop(layer);
    /// ```
    #[must_use]
    pub fn route<P: Route>(self, route: P) -> Layer<Server<P>> {
        self.map(|server| Server { route, scheme: server.scheme, sizes: server.sizes })
    }

    /// The value of `url_scheme` for requests whose target has none, as in HTTP/1; `http` by default.
    #[must_use]
    pub fn scheme(self, scheme: Scheme) -> Self {
        self.map(|server| Server { scheme, ..server })
    }

    /// Also records `http_server_request_body_size_bytes`, from `Content-Length`, and `http_server_response_body_size_bytes`, from the
    /// bytes that passed.
    #[must_use]
    pub fn body_sizes(self) -> Self {
        self.map(|server| Server { sizes: true, ..server })
    }
}

impl<R: Route> Observe for Server<R> {
    type Call = StatusCall<ServerLabels>;

    fn begin(&self, request: RequestHead<'_>) -> Self::Call {
        let route = Text::new(self.route.route(request).unwrap_or(UNMATCHED));
        let scheme = Scheme::of(request.uri).unwrap_or(self.scheme);
        StatusCall::start(request, ServerLabels { route, scheme }, self.sizes)
    }
}

/// The labels of one request that a server answers.
#[derive(Debug)]
pub struct ServerLabels {
    route: Text,
    scheme: Scheme,
}

impl RequestLabels for ServerLabels {
    fn active(&self, method: &Method) -> &'static Series {
        ActiveRequests { http_request_method: method, url_scheme: self.scheme }.series()
    }

    fn duration(&self, method: &Method, status: Status) -> &'static Series {
        RequestDuration::of(self, method, status).series()
    }

    fn sizes(&self, method: &Method, status: Status, request: Option<u64>, response: u64) {
        if let Some(size) = request {
            RequestBodySize::of(self, method, status).record(size);
        }
        ResponseBodySize::of(self, method, status).record(response);
    }
}

impl<R> fmt::Debug for Server<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("scheme", &self.scheme).field("sizes", &self.sizes).finish_non_exhaustive()
    }
}
