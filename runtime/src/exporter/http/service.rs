//! The endpoint as a service for existing servers.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, Response};

use super::endpoint::{Endpoint, RequestHead};

/// A service that responds with the metrics; made by [`Handle::service`](crate::Handle::service) and [`Handle::routes`](crate::Handle::routes). It works
/// with every async runtime. After [`Handle::shutdown`](crate::Handle::shutdown), it responds with status 503.
///
/// With the feature `tower`, in axum:
///
/// ```
/// # #[cfg(feature = "tower")]
/// # fn main() -> Result<(), metrics_instrumented::Error> {
/// let metrics = metrics_instrumented::exporter().install_recorder()?;
/// let router: axum::Router = axum::Router::new().route_service("/metrics", metrics.service()?);
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "tower"))]
/// # fn main() {}
/// ```
#[derive(Clone)]
pub struct Service {
    endpoint: Arc<Endpoint>,
    routed: bool,
}

/// The future of a response.
type Answering = Pin<Box<dyn Future<Output = Result<Response<Full<Bytes>>, Infallible>> + Send>>;

impl Service {
    pub(in crate::exporter) fn metrics(endpoint: Arc<Endpoint>) -> Self {
        Self { endpoint, routed: false }
    }

    pub(in crate::exporter) fn routes(endpoint: Arc<Endpoint>) -> Self {
        Self { endpoint, routed: true }
    }

    fn answer(&self, asked: RequestHead<'_>) -> Answering {
        if self.routed {
            let answer = self.endpoint.respond(asked);
            Box::pin(async { Ok(answer.await) })
        } else {
            let answer = self.endpoint.metrics(asked);
            Box::pin(async { Ok(answer.await) })
        }
    }
}

impl<B> hyper::service::Service<Request<B>> for Service {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, request: Request<B>) -> Answering {
        self.answer(RequestHead::of(&request))
    }
}

#[cfg(feature = "tower")]
impl<B> tower_service::Service<Request<B>> for Service {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Infallible>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Answering {
        self.answer(RequestHead::of(&request))
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("routed", &self.routed).finish_non_exhaustive()
    }
}
