//! Requests that a client sends, by OpenTelemetry's conventions.

mod labels;
mod sizes;

use http::HeaderMap;
use http::uri::Uri;
use metrics_instrumented_macros::Operation;

use self::labels::{ClientLabels, ended};
use super::bounds;
use super::call::{RequestLabels, StatusCall};
use super::head::RequestHead;
use super::layer::Layer;
use super::nested::{self, Kind};
use super::observe::Observe;
use super::on_demand;
use super::pool::{Place, pooled};
use super::resolved::{self, Family, Key};
use super::scheme::Scheme;
use super::sizes::{RecordSizes, Sizes};
use super::status::{ClientStatus, Status};
use super::text::Text;
use super::values::KnownMethod;
use crate::call::operation::Operation;
use crate::call::stopwatch::Stopwatch;
use crate::label::{LabelValue, Open};
use crate::series::families::Series;

/// HTTP requests that this client is waiting for.
#[derive(Operation)]
#[operation(
    crate = on_demand,
    in_flight = "http_client_active_requests",
    help = "Number of active HTTP requests.",
    max_series = 200_000,
)]
struct ActiveRequests<'a> {
    http_request_method: KnownMethod,
    #[label(max = 100)]
    server_address: Open<'a>,
    #[label(max = 100)]
    server_port: Open<'a>,
}

ended! {
    /// HTTP requests that this client sent.
    #[derive(Operation)]
    #[operation(
        crate = on_demand,
        duration = "http_client_request_duration_seconds",
        help = "Duration of HTTP client requests.",
        buckets = bounds::SECONDS,
        max_series = 20_000_000,
    )]
    RequestDuration;
}

/// Counts the requests of a client; made by [`client`](crate::http::client).
#[derive(Clone, Copy, Debug)]
pub struct Client {
    sizes: Option<RecordSizes<ClientLabels>>,
}

impl Client {
    pub(super) const NEW: Self = Self { sizes: None };
}

impl Layer<Client> {
    /// Also records `http_client_request_body_size_bytes`, from `Content-Length`, and `http_client_response_body_size_bytes`, from the
    /// bytes that passed.
    #[must_use]
    pub fn body_sizes(self) -> Self {
        self.map(|_| Client { sizes: Some(sizes::record) })
    }
}

// Hidden, because its type names internal types.
#[doc(hidden)]
impl Observe for Client {
    type Call = StatusCall<ClientLabels>;

    fn begin(&self, request: RequestHead<'_>) -> Option<Box<Place<StatusCall<ClientLabels>>>> {
        let began = Stopwatch::start();
        let nested = nested::Request::to_path(Kind::Client, request.uri.path());
        if nested.is_counted() {
            return None;
        }
        let (address, port) = server(request.uri, request.headers);
        let (address, port) = (Text::new(address), Text::new(port));
        let labels = ClientLabels { request: nested, address, port, method: request.method.into() };
        Some(StatusCall::start(began, labels, self.sizes.map(|record| Sizes::new(request, record))))
    }
}

pooled!(StatusCall<ClientLabels>);

/// The server's host and port: from the request target, else from the `Host` header.
fn server<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> (&'a str, &'a str) {
    let default_port = if Scheme::of(uri) == Some(Scheme::Https) { "443" } else { "80" };
    if let Some(authority) = uri.authority() {
        let (_, port) = split_port(authority.as_str());
        return (authority.host(), port.unwrap_or(default_port));
    }
    let host = headers.get(http::header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let (host, port) = split_port(host);
    (host, port.unwrap_or(default_port))
}

/// Splits an authority into host and port, if there is one. The colons of an IPv6 address are in brackets.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => (host, Some(port)),
        _ => (authority, None),
    }
}

impl ClientLabels {
    fn key_in(&self, family: Family, status: usize) -> Option<Key> {
        Key::new(family, [self.method.index(), status, 0], [self.address.number(), self.port.number()])
    }
}

impl RequestLabels for ClientLabels {
    fn request(&self) -> nested::Request {
        self.request
    }

    fn active(&self) -> &'static Series {
        let (server_address, server_port) = (Open::new(self.address.as_str()), Open::new(self.port.as_str()));
        resolved::series(self.key_in(Family::ClientActive, 0), || {
            ActiveRequests { http_request_method: self.method, server_address, server_port }.series()
        })
    }

    fn key(&self, status: Status) -> Option<Key> {
        self.key_in(Family::ClientDuration, status.index())
    }

    fn duration(&self, status: Status) -> &'static Series {
        RequestDuration::of(self, status).series()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_that_of_the_target_or_of_the_host_header() {
        let at = |uri: &str, host: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.extend(host.map(|host| (http::header::HOST, host.parse().expect("a header"))));
            let uri: Uri = uri.parse().expect("a target");
            let (host, port) = server(&uri, &headers);
            format!("{host} {port}")
        };
        assert_eq!(at("http://example.org/", None), "example.org 80");
        assert_eq!(at("https://example.org/", None), "example.org 443");
        assert_eq!(at("https://example.org:8443/", Some("other")), "example.org 8443");
        assert_eq!(at("http://[::1]/", None), "[::1] 80");
        assert_eq!(at("http://[::1]:9000/", None), "[::1] 9000");
        assert_eq!(at("/", Some("example.org:8080")), "example.org 8080");
        assert_eq!(at("/", Some("[::1]")), "[::1] 80");
        assert_eq!(at("/", None), " 80");
    }
}
