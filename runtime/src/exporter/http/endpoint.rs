//! What a request is answered with, whoever serves it: our listener, or a server that was there before.
//!
//! ```text
//! request -> route -> credentials -> negotiation -> renderer (a thread) -> collectors, recorder
//! ```

use std::sync::{Mutex, MutexGuard, PoisonError};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    ALLOW, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, VARY, WWW_AUTHENTICATE,
};
use hyper::{Method, Request, Response, StatusCode};

use super::components::Components;
use super::credentials::Credentials;
use super::negotiation::{self, Rendition};
use super::paths::{HEALTH, READY};
use super::renderer::{Renderer, Source};
use crate::exporter::error::Error;
use crate::exporter::own_metrics::Scrapes;
use crate::exporter::scrape::Scrape;

/// A response. Its length is known, so that `HEAD` has it too.
pub(in crate::exporter) type Answer = Response<Full<Bytes>>;

const PLAIN: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";

/// What is here, of one exporter.
pub(in crate::exporter) struct Endpoint {
    path: String,
    credentials: Credentials,
    components: Components,
    scrape: Scrape,
    /// There when something serves.
    serving: Mutex<Option<Serving>>,
}

#[derive(Clone)]
struct Serving {
    renderer: Renderer,
    scrapes: Scrapes,
}

/// What of a request decides on its answer.
#[derive(Clone, Copy)]
pub(in crate::exporter) struct RequestHead<'a> {
    method: &'a Method,
    path: &'a str,
    headers: &'a HeaderMap,
}

impl<'a> RequestHead<'a> {
    pub(in crate::exporter) fn of<B>(request: &'a Request<B>) -> Self {
        Self { method: request.method(), path: request.uri().path(), headers: request.headers() }
    }

    fn is_read(self) -> bool {
        matches!(*self.method, Method::GET | Method::HEAD)
    }
}

impl Endpoint {
    pub(in crate::exporter) fn new(path: String, credentials: Credentials, scrape: Scrape) -> Self {
        Self { path, credentials, components: Components::default(), scrape, serving: Mutex::default() }
    }

    pub(in crate::exporter) fn components(&self) -> &Components {
        &self.components
    }

    /// From here on requests are answered.
    pub(in crate::exporter) fn start(&self) -> Result<(), Error> {
        let mut serving = self.serving();
        if serving.is_none() {
            let scrapes = Scrapes::new(&self.scrape.sink);
            let renderer = Renderer::start(Source { scrape: self.scrape.clone(), scrapes: scrapes.clone() })?;
            *serving = Some(Serving { renderer, scrapes });
        }
        Ok(())
    }

    pub(in crate::exporter) fn is_started(&self) -> bool {
        self.serving().is_some()
    }

    /// From here on metrics are refused; those that are being rendered are not.
    pub(in crate::exporter) fn stop(&self) {
        *self.serving() = None;
    }

    /// The answer to a request by its path.
    pub(in crate::exporter) fn respond(&self, request: RequestHead<'_>) -> impl Future<Output = Answer> + Send + use<> {
        let answer = if request.path == self.path { Err(self.metrics(request)) } else { Ok(self.other(request)) };
        async move {
            match answer {
                Ok(answer) => answer,
                Err(metrics) => metrics.await,
            }
        }
    }

    /// The metrics, whatever the path.
    pub(in crate::exporter) fn metrics(&self, request: RequestHead<'_>) -> impl Future<Output = Answer> + Send + use<> {
        let serving = self.serving().clone();
        let rendition = if !request.is_read() {
            Err(not_allowed())
        } else if self.credentials.admit(request.headers) {
            Ok(negotiation::rendition(request.headers))
        } else {
            Err(self.unauthorized())
        };
        async move {
            let Some(Serving { renderer, scrapes }) = serving else {
                return text(StatusCode::SERVICE_UNAVAILABLE, PLAIN, "the exporter is shut down\n");
            };
            let answer = match rendition {
                Err(refused) => refused,
                Ok(rendition) => match renderer.render(rendition).await {
                    Some(body) => exposition(rendition, body),
                    None => text(StatusCode::INTERNAL_SERVER_ERROR, PLAIN, "the metrics could not be rendered\n"),
                },
            };
            scrapes.answered(answer.status());
            answer
        }
    }

    fn other(&self, request: RequestHead<'_>) -> Answer {
        match request.path {
            // `*` is the server as a whole (RFC 9110, section 9.3.7).
            "/" | "*" if *request.method == Method::OPTIONS => options(),
            HEALTH | READY | "/" if !request.is_read() => not_allowed(),
            HEALTH => text(StatusCode::OK, PLAIN, "alive\n"),
            READY => {
                let (ready, report) = self.components.report();
                text(if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, JSON, report)
            }
            "/" if !self.credentials.admit(request.headers) => self.unauthorized(),
            "/" => text(StatusCode::OK, PLAIN, self.index()),
            _ => text(StatusCode::NOT_FOUND, PLAIN, format!("not found; the metrics are at {}\n", self.path)),
        }
    }

    fn index(&self) -> String {
        format!(
            "{}: the metrics, as Prometheus text format, OpenMetrics or PrometheusProto\n\
             {HEALTH}: 200 while the program is alive\n\
             {READY}: 200 when every component is ready, 503 before; JSON\n",
            self.path
        )
    }

    fn unauthorized(&self) -> Answer {
        let answer = text(StatusCode::UNAUTHORIZED, PLAIN, "credentials are needed\n");
        with(answer, WWW_AUTHENTICATE, self.credentials.challenge())
    }

    fn serving(&self) -> MutexGuard<'_, Option<Serving>> {
        self.serving.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn exposition(rendition: Rendition, body: Bytes) -> Answer {
    let mut answer = text(StatusCode::OK, PLAIN, body);
    if let Ok(content_type) = HeaderValue::from_str(&rendition.format.content_type()) {
        answer.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    let answer = with(answer, VARY, "Accept, Accept-Encoding");
    if rendition.gzip { with(answer, CONTENT_ENCODING, "gzip") } else { answer }
}

fn not_allowed() -> Answer {
    with(text(StatusCode::METHOD_NOT_ALLOWED, PLAIN, "GET and HEAD only\n"), ALLOW, "GET, HEAD")
}

/// Load balancers ask this to see whether a server is there, without credentials.
fn options() -> Answer {
    with(text(StatusCode::OK, PLAIN, ""), ALLOW, "GET, HEAD, OPTIONS")
}

fn text(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(body.into()));
    *answer.status_mut() = status;
    with(answer, CONTENT_TYPE, content_type)
}

fn with(mut answer: Answer, name: HeaderName, value: &'static str) -> Answer {
    answer.headers_mut().insert(name, HeaderValue::from_static(value));
    answer
}
