//! The ingress: a reverse proxy that chooses a container by the host that was asked for.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{self, HOST, HeaderName};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use example_shared::http::ApiError;
use metrics_instrumented::{Open, instrumented};

use super::client;
use super::cluster::Cluster;
use super::metrics::IngressRequest;

/// Headers that are between two ends of a connection and go no further.
const HOP_BY_HOP: [HeaderName; 7] = [
    header::CONNECTION,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Where a request goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Route {
    /// A host that has an ingress, or `unknown`: names that clients invent do not become label values.
    host: String,
    backend: Result<Backend, Unroutable>,
}

/// A container that serves.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Backend {
    name: String,
    addr: SocketAddr,
}

/// Why a request goes nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unroutable {
    UnknownHost,
    NoBackend,
}

impl Route {
    /// The name of the container, `none` without one.
    fn backend_name(&self) -> &str {
        self.backend.as_ref().map_or("none", |backend| &backend.name)
    }
}

/// All requests, of whatever host and path.
pub(super) fn router(cluster: Arc<Cluster>) -> Router {
    Router::new().fallback(proxy).with_state(cluster)
}

async fn proxy(State(cluster): State<Arc<Cluster>>, request: Request) -> Response {
    let route = cluster.route(&host(&request));
    forward(&route, request).await
}

/// Sends a request where it goes and returns the answer.
#[instrumented(IngressRequest { host: Open::new(&route.host), backend: Open::new(route.backend_name()) })]
async fn forward(route: &Route, mut request: Request) -> Response {
    let backend = match &route.backend {
        Ok(backend) => backend,
        Err(Unroutable::UnknownHost) => return refuse(StatusCode::NOT_FOUND, "no ingress has this host"),
        Err(Unroutable::NoBackend) => return refuse(StatusCode::SERVICE_UNAVAILABLE, "the service has no container"),
    };
    remove_hop_by_hop(request.headers_mut());
    match client::send(backend.addr, request).await {
        Ok(mut response) => {
            remove_hop_by_hop(response.headers_mut());
            response
        }
        Err(error) if error.kind() == std::io::ErrorKind::TimedOut => {
            refuse(StatusCode::GATEWAY_TIMEOUT, format!("{} does not answer", backend.name))
        }
        Err(error) => refuse(StatusCode::BAD_GATEWAY, format!("{}: {error}", backend.name)),
    }
}

impl Cluster {
    /// The next container of the service that the host's requests go to.
    fn route(&self, host: &str) -> Route {
        /// Requests take turns at the containers.
        static TURN: AtomicUsize = AtomicUsize::new(0);

        let Some(service) = self.raft.read(|state| state.ingresses.get(host).cloned()) else {
            return Route { host: "unknown".to_owned(), backend: Err(Unroutable::UnknownHost) };
        };
        let mut backends: Vec<_> = self
            .containers()
            .filter(|(_, container)| container.service == service)
            .filter_map(|(_, container)| Some(Backend { addr: container.serves()?, name: container.name }))
            .collect();
        backends.sort_by(|one, other| one.name.cmp(&other.name));
        let turn = TURN.fetch_add(1, Ordering::Relaxed).checked_rem(backends.len());
        let backend = turn.map(|turn| backends.swap_remove(turn)).ok_or(Unroutable::NoBackend);
        Route { host: host.to_owned(), backend }
    }
}

/// The host that a request is for, without a port.
fn host(request: &Request) -> String {
    let header = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = request.uri().host().or(header).unwrap_or_default();
    host.rsplit_once(':').map_or(host, |(host, _)| host).to_ascii_lowercase()
}

fn remove_hop_by_hop(headers: &mut HeaderMap) {
    for header in &HOP_BY_HOP {
        headers.remove(header);
    }
}

fn refuse(status: StatusCode, message: impl Into<String>) -> Response {
    ApiError::new(status, message).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn a_host_is_known_with_and_without_its_port() {
        for (uri, header, expected) in [
            ("/", "shop.example", "shop.example"),
            ("/", "Shop.Example:8080", "shop.example"),
            ("http://shop.example:80/", "other", "shop.example"),
            ("/", "", ""),
        ] {
            let request = Request::builder().uri(uri).header(HOST, header).body(Body::empty()).unwrap();
            assert_eq!(host(&request), expected);
        }
    }
}
