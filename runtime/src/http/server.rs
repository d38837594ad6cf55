//! Requests that a server answers, by OpenTelemetry's conventions.

mod labels;
mod sizes;

use std::fmt;

use metrics_instrumented_macros::Operation;

use self::labels::{ServerLabels, ended};
use super::bounds;
use super::call::{RequestLabels, StatusCall};
use super::head::RequestHead;
use super::layer::Layer;
use super::nested::{self, Kind};
use super::observe::Observe;
use super::on_demand;
use super::pool::{Place, pooled};
use super::resolved::{Family, Few, Key};
use super::route::{MatchedRoute, Route};
use super::scheme::Scheme;
use super::sizes::{RecordSizes, Sizes};
use super::status::Status;
use super::text::Text;
use super::values::KnownMethod;
use crate::call::operation::Operation;
use crate::call::stopwatch::Stopwatch;
use crate::label::{LabelValue, Open};
use crate::series::families::Series;

/// HTTP requests that this server is answering.
#[derive(Operation)]
#[operation(
    crate = on_demand,
    in_flight = "http_server_active_requests",
    help = "Number of active HTTP server requests.",
)]
struct ActiveRequests {
    http_request_method: KnownMethod,
    url_scheme: Scheme,
}

ended! {
    /// HTTP requests that this server answered.
    #[derive(Operation)]
    #[operation(
        crate = on_demand,
        duration = "http_server_request_duration_seconds",
        help = "Duration of HTTP server requests.",
        buckets = bounds::SECONDS,
        max_series = 2_000_000,
    )]
    RequestDuration;
}

/// Counts the requests of a server; made by [`server`](crate::http::server).
#[derive(Clone)]
pub struct Server<R = MatchedRoute> {
    route: R,
    scheme: Scheme,
    sizes: Option<RecordSizes<ServerLabels>>,
}

impl Server {
    pub(super) const NEW: Self = Self { route: MatchedRoute, scheme: Scheme::Http, sizes: None };
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

    /// Sets the value of `url_scheme` for requests whose target has no scheme, as in HTTP/1. The default is `http`.
    #[must_use]
    pub fn scheme(self, scheme: Scheme) -> Self {
        self.map(|server| Server { scheme, ..server })
    }

    /// Also records `http_server_request_body_size_bytes`, from `Content-Length`, and `http_server_response_body_size_bytes`, from the
    /// bytes that passed.
    #[must_use]
    pub fn body_sizes(self) -> Self {
        self.map(|server| Server { sizes: Some(sizes::record), ..server })
    }
}

// Hidden, because its type names internal types.
#[doc(hidden)]
impl<R: Route> Observe for Server<R> {
    type Call = StatusCall<ServerLabels>;

    #[inline]
    fn begin(&self, request: RequestHead<'_>) -> Option<Box<Place<StatusCall<ServerLabels>>>> {
        if NESTED.is_counted() {
            if let Some(route) = self.route.route(request) {
                nested::tell_route(Text::new(route).stored_or_other());
            }
            return None;
        }
        // First: reading the clock takes 9 ns in which the processor takes in nothing else. Here it still waits for the request, which a router has just moved.
        let began = Stopwatch::start();
        let route = self.route.route(request).map(Text::in_place);
        let scheme = Scheme::of(request.uri).unwrap_or(self.scheme);
        let labels = ServerLabels { route, method: request.method.into(), scheme };
        Some(StatusCall::start(began, labels, self.sizes.map(|record| Sizes::new(request, record))))
    }
}

pooled!(StatusCall<ServerLabels>);

const NESTED: nested::Request = nested::Request::to_server(Kind::Server);

thread_local! {
    /// The series of the gauge, by method and scheme.
    static ACTIVE: Few<{ KnownMethod::VALUES.len() * Scheme::VALUES.len() }> = const { Few::new() };
}

impl RequestLabels for ServerLabels {
    #[inline]
    fn request(&self) -> nested::Request {
        NESTED.wants_route(self.route.is_none())
    }

    #[inline]
    fn left(&mut self) {
        if self.route.is_none() {
            self.route = nested::told_route().map(Text::new);
        }
    }

    #[inline]
    fn active(&self) -> &'static Series {
        let number = self.method.index() * Scheme::VALUES.len() + self.scheme.index();
        ACTIVE.with(|active| {
            active.series(number, || {
                ActiveRequests { http_request_method: self.method, url_scheme: self.scheme }.series()
            })
        })
    }

    #[inline]
    fn key(&self, status: Status) -> Option<Key> {
        let closed = [self.method.index(), self.scheme.index(), status.index()];
        Key::new(Family::ServerDuration, closed, [self.route.as_ref().map_or(Some(0), Text::number), Some(0)])
    }

    fn duration(&self, status: Status) -> &'static Series {
        RequestDuration::of(self, status).series()
    }
}

impl<R> fmt::Debug for Server<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("scheme", &self.scheme)
            .field("sizes", &self.sizes.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;

    #[test]
    fn each_method_and_scheme_has_its_own_gauge() {
        let gauges = || {
            [(Method::GET, Scheme::Http), (Method::POST, Scheme::Http), (Method::GET, Scheme::Https)].map(
                |(method, scheme)| {
                    let labels = ServerLabels { route: None, method: (&method).into(), scheme };
                    std::ptr::from_ref(labels.active())
                },
            )
        };
        let [get, post, secure] = gauges();
        assert!(get != post && get != secure && post != secure);
        assert_eq!(gauges(), [get, post, secure]);
    }
}
