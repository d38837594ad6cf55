//! The endpoint: routes requests and creates responses, for this crate's listener and for existing servers.
//!
//! ```text
//! request -> route -> credentials -> negotiation -> renderer (a thread) -> collectors, recorder
//! ```

use std::fmt::Write;
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
use super::page::{self, facts};
use super::paths::{FACTS, FINDINGS, HEALTH, READY};
use super::renderer::{Renderer, ScrapeSource};
use crate::exporter::error::Error;
use crate::exporter::own_metrics::Scrapes;
use crate::exporter::scrape::Scrape;
use crate::exporter::views::status::Status;

/// A response. Its length is known, so that responses to `HEAD` contain it, too.
pub(in crate::exporter) type Answer = Response<Full<Bytes>>;

const PLAIN: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";

/// What the doctor says.
#[derive(Default)]
pub(in crate::exporter) struct Diagnosed {
    pub(in crate::exporter) findings: Vec<String>,
    /// What is linked, in words.
    pub(in crate::exporter) linked: Option<String>,
}

/// Asks the doctor.
pub(in crate::exporter) type Diagnose = fn() -> Diagnosed;

/// The endpoint of one exporter.
pub(in crate::exporter) struct Endpoint {
    path: String,
    credentials: Credentials,
    /// The function that returns the findings for the live page; `None` if the page is turned off.
    page: Option<Diagnose>,
    components: Components,
    scrape: Scrape,
    /// `None` until a listener or a service is started, and after a shutdown.
    serving: Mutex<Option<Serving>>,
}

#[derive(Clone)]
struct Serving {
    renderer: Renderer,
    scrapes: Scrapes,
}

/// The parts of a request that the response depends on.
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
    pub(in crate::exporter) fn new(
        path: String,
        credentials: Credentials,
        page: Option<Diagnose>,
        scrape: Scrape,
    ) -> Self {
        Self { path, credentials, page, components: Components::default(), scrape, serving: Mutex::default() }
    }

    pub(in crate::exporter) fn components(&self) -> &Components {
        &self.components
    }

    /// Starts to answer requests.
    pub(in crate::exporter) fn start(&self) -> Result<(), Error> {
        let mut serving = self.serving();
        if serving.is_none() {
            let scrapes = Scrapes::new(&self.scrape.sink);
            let renderer = Renderer::start(ScrapeSource { scrape: self.scrape.clone(), scrapes: scrapes.clone() })?;
            *serving = Some(Serving { renderer, scrapes });
        }
        Ok(())
    }

    pub(in crate::exporter) fn is_started(&self) -> bool {
        self.serving().is_some()
    }

    /// Refuses further requests for the metrics; expositions that are being rendered are still sent.
    pub(in crate::exporter) fn stop(&self) {
        *self.serving() = None;
    }

    /// The response to a request, by its path.
    pub(in crate::exporter) fn respond(&self, request: RequestHead<'_>) -> impl Future<Output = Answer> + Send + use<> {
        // Load balancers check `OPTIONS /`, also if the metrics are at `/`.
        let is_check = request.path == "/" && *request.method == Method::OPTIONS;
        let answer = if request.path == self.path && !is_check {
            Answering::Metrics(self.metrics(request))
        } else if let Some(diagnose) = self.page
            && (request.path == FINDINGS || request.path == "/" && !page::is_wanted(request.headers))
            && request.is_read()
            && self.credentials.admit(request.headers)
        {
            let index = (request.path == "/").then(|| self.index());
            Answering::Findings { diagnose, index }
        } else {
            Answering::Known(self.other(request))
        };
        async move {
            match answer {
                Answering::Known(answer) => answer,
                Answering::Metrics(metrics) => metrics.await,
                Answering::Findings { diagnose, index: None } => {
                    let Diagnosed { findings, linked } = diagnosed(diagnose).await;
                    text(StatusCode::OK, PLAIN, facts::findings(&findings, linked.as_deref()))
                }
                Answering::Findings { diagnose, index: Some(index) } => {
                    let body = index + &list(&diagnosed(diagnose).await);
                    with(text(StatusCode::OK, PLAIN, body), VARY, "Accept")
                }
            }
        }
    }

    /// The metrics, for any path.
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
            "/" if self.page.is_some() && page::is_wanted(request.headers) => {
                let (kind, content) = page::index(&self.path);
                file(kind, content)
            }
            "/" => with(text(StatusCode::OK, PLAIN, self.index()), VARY, "Accept"),
            path if self.page.is_some() && path.starts_with(page::FOLDER) => self.page_file(request),
            _ => text(StatusCode::NOT_FOUND, PLAIN, format!("not found; the metrics are at {}\n", self.path)),
        }
    }

    fn page_file(&self, request: RequestHead<'_>) -> Answer {
        if !request.is_read() {
            return not_allowed();
        }
        if !self.credentials.admit(request.headers) {
            return self.unauthorized();
        }
        match (request.path, page::asset(request.path)) {
            (_, Some((kind, content))) => file(kind, content),
            (FACTS, _) => text(StatusCode::OK, PLAIN, facts::facts(&self.components, self.scrape.sink.views_status())),
            _ => text(StatusCode::NOT_FOUND, PLAIN, "not found\n"),
        }
    }

    fn index(&self) -> String {
        let mut index = format!(
            "{}: the metrics, as Prometheus text format, OpenMetrics or PrometheusProto\n\
             {HEALTH}: 200 while the program is alive\n\
             {READY}: 200 when every component is ready, 503 before; JSON\n",
            self.path
        );
        if let Some(Status { file, views, failure }) = self.scrape.sink.views_status() {
            let _ = writeln!(index, "views: {}", file.display());
            for line in views.into_iter().chain(failure.map(|reason| format!("not reloaded: {reason}"))) {
                let _ = writeln!(index, "  {line}");
            }
        }
        index
    }

    fn unauthorized(&self) -> Answer {
        let answer = text(StatusCode::UNAUTHORIZED, PLAIN, "credentials are required\n");
        with(answer, WWW_AUTHENTICATE, self.credentials.challenge())
    }

    fn serving(&self) -> MutexGuard<'_, Option<Serving>> {
        self.serving.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The kinds of response.
enum Answering<M> {
    Known(Answer),
    Metrics(M),
    /// What the doctor finds: for the live page, or after the list of the paths.
    Findings {
        diagnose: Diagnose,
        index: Option<String>,
    },
}

/// Runs the doctor on its own thread, because it reads the executable.
async fn diagnosed(diagnose: Diagnose) -> Diagnosed {
    let (send, found) = tokio::sync::oneshot::channel();
    let look = move || {
        let _ = send.send(diagnose());
    };
    // If the thread cannot be created, the channel is closed and there are no findings.
    let _ = std::thread::Builder::new().name("metrics-doctor".into()).spawn(look);
    found.await.unwrap_or_default()
}

/// The doctor's report, for clients that are not browsers.
fn list(Diagnosed { findings, linked }: &Diagnosed) -> String {
    let head = if findings.is_empty() { "no problems found\n" } else { "problems found:\n" };
    let text = findings.iter().fold(head.to_owned(), |text, line| text + "- " + line + "\n");
    linked.iter().fold(text, |text, line| text + line + "\n")
}

/// The response with a file of the page.
fn file(content_type: &'static str, content: impl Into<Bytes>) -> Answer {
    let mut answer = text(StatusCode::OK, content_type, content);
    page::guard(&mut answer, content_type);
    answer
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

/// The response to `OPTIONS`, which load balancers send without credentials to check that a server is reachable.
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
