//! The HTTP listener: a thread of its own with a small runtime on it, so that it needs none and disturbs none.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::task::Poll;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ACCEPT, ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::watch;

use super::{Error, Handle, negotiation};

const PLAIN: &str = "text/plain; charset=utf-8";

/// A client that does not finish its request's head in this time is sent away.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a shutdown waits for responses that are under way.
const GRACE: Duration = Duration::from_secs(2);

/// After a failed `accept` (no file descriptors left, mostly) it waits before it asks again.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The thread of one listener; its drop ends it.
pub(super) struct Listener {
    address: SocketAddr,
    stop: Option<watch::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    pub(super) fn start(socket: TcpListener, handle: Handle) -> Result<Self, Error> {
        let address = socket.local_addr().map_err(Error::Thread)?;
        socket.set_nonblocking(true).map_err(Error::Thread)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Thread)?;
        let socket = {
            let _context = runtime.enter();
            tokio::net::TcpListener::from_std(socket).map_err(Error::Thread)?
        };
        let (stop, stopped) = watch::channel(());
        let run = move || runtime.block_on(serve(socket, handle, stopped));
        let thread = thread::Builder::new().name("metrics-listener".into()).spawn(run).map_err(Error::Thread)?;
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
    }

    pub(super) fn local_addr(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // It cannot have panicked with anything that is not printed already.
            let _ = thread.join();
        }
    }
}

/// Accepts until `stopped`'s sender is gone, then waits for the connections, at most [`GRACE`].
async fn serve(socket: tokio::net::TcpListener, handle: Handle, mut stopped: watch::Receiver<()>) {
    // Every connection holds a sender: when all are gone, all connections are over.
    let (alive, mut all_over) = watch::channel(());
    loop {
        let Some(accepted) = until(stopped.changed(), socket.accept()).await else { break };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let handle = handle.clone();
        let mut stopped = stopped.clone();
        let alive = alive.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let handle = handle.clone();
                async move { Ok::<_, Infallible>(respond(&request, handle).await) }
            });
            let mut connection = pin!(
                http1::Builder::new()
                    .timer(TokioTimer::new())
                    .header_read_timeout(HEADER_TIMEOUT)
                    .serve_connection(TokioIo::new(stream), service)
            );
            // A client that breaks the connection is its own affair: results are not looked at.
            if until(stopped.changed(), connection.as_mut()).await.is_none() {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
            drop(alive);
        });
    }
    drop(socket);
    drop(alive);
    let _ = tokio::time::timeout(GRACE, all_over.changed()).await;
}

/// The output of `work`, or nothing if `end` comes first.
async fn until<W: Future>(end: impl Future, work: W) -> Option<W::Output> {
    let mut end = pin!(end);
    let mut work = pin!(work);
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => end.as_mut().poll(context).map(|_| None),
    })
    .await
}

async fn respond<B>(request: &Request<B>, handle: Handle) -> Response<Full<Bytes>> {
    let path = request.uri().path();
    if !matches!(path, "/" | "/metrics") {
        return text(StatusCode::NOT_FOUND, PLAIN, "not found; the metrics are at /metrics\n".to_owned());
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = text(StatusCode::METHOD_NOT_ALLOWED, PLAIN, "GET and HEAD only\n".to_owned());
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    if path == "/metrics" {
        // Collectors may take their time; other connections do not wait for them.
        let format = negotiation::format(&accepted(request));
        match tokio::task::spawn_blocking(move || handle.render_as(format)).await {
            Ok(exposition) => text(StatusCode::OK, format.content_type(), exposition),
            Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, PLAIN, "the metrics could not be rendered\n".to_owned()),
        }
    } else {
        text(
            StatusCode::OK,
            PLAIN,
            "/metrics: Prometheus text format 0.0.4, or OpenMetrics 1.0 for who accepts it\n".to_owned(),
        )
    }
}

/// The request's `Accept` headers, as one.
fn accepted<B>(request: &Request<B>) -> String {
    let values: Vec<&str> = request.headers().get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    values.join(",")
}

fn text(status: StatusCode, content_type: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
