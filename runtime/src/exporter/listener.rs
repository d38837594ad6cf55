//! The HTTP listener: its own thread with a single-threaded tokio runtime, so that it does not depend on the program's runtime.
//!
//! ```text
//! accept -> allowed network? -> below the limit? -> a task: TLS -> hyper -> endpoint
//! ```

mod activity;
pub(super) mod address;
pub(super) mod admission;
mod connections;
pub(super) mod limits;
mod socket;
#[cfg(feature = "tls")]
pub(super) mod tls;

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::watch;

use super::error::Error;
use super::http::endpoint::{Endpoint, RequestHead};
use super::own_metrics::{CloseReason, ConnectionCounts};
use activity::{Activity, TrackedBody, TrackedIo};
use address::Address;
use admission::Admission;
use connections::Connections;
use socket::{Bound, Socket, Stream};

/// The maximum time that a shutdown waits for responses in progress.
const GRACE: Duration = Duration::from_secs(2);

/// The pause after a failed `accept`, which usually means that no file descriptors are left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The interval of the check for connections that exceed a time limit.
const SWEEP: Duration = Duration::from_millis(200);

/// The thread of one listener; dropping this ends it.
pub(super) struct Listener {
    address: Option<SocketAddr>,
    stop: Option<watch::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The state of a listener's thread.
struct Listening {
    admission: Admission,
    endpoint: Arc<Endpoint>,
    counts: ConnectionCounts,
}

impl Listener {
    /// Starts a listener for each socket of an address. After an error, none of them runs.
    pub(super) fn start_all(
        address: &Address,
        admission: &Admission,
        endpoint: &Arc<Endpoint>,
        counts: &ConnectionCounts,
    ) -> Result<Vec<Self>, Error> {
        let start = |bound| Self::start(bound, admission.clone(), Arc::clone(endpoint), counts.clone());
        Bound::all(address)?.into_iter().map(start).collect()
    }

    fn start(
        bound: Bound,
        admission: Admission,
        endpoint: Arc<Endpoint>,
        counts: ConnectionCounts,
    ) -> Result<Self, Error> {
        let address = bound.local_addr();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Thread)?;
        let socket = {
            let _context = runtime.enter();
            bound.into_socket().map_err(Error::Thread)?
        };
        let (stop, stopped) = watch::channel(());
        let listening = Listening { admission, endpoint, counts };
        let run = move || runtime.block_on(listening.serve(socket, stopped));
        let thread = thread::Builder::new().name("metrics-listener".into()).spawn(run).map_err(Error::Thread)?;
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
    }

    /// `None` for a Unix socket.
    pub(super) fn local_addr(&self) -> Option<SocketAddr> {
        self.address
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // The panic hook has reported a panic of the thread.
            let _ = thread.join();
        }
    }
}

impl Listening {
    /// Accepts connections until `stopped`'s sender is dropped, then waits for open connections, at most [`GRACE`].
    async fn serve(self, socket: Socket, mut stopped: watch::Receiver<()>) {
        let mut connections = Connections::new(self.admission.limits, self.counts.clone());
        loop {
            // Without connections there are no periodic checks, so that an idle process does not wake up.
            let accept = async {
                if connections.are_none() {
                    return Some(socket.accept().await);
                }
                tokio::time::timeout(SWEEP, socket.accept()).await.ok()
            };
            let Some(accepted) = until(stopped.changed(), accept).await else { break };
            connections.sweep(Instant::now());
            match accepted {
                Some(Ok((_, Some(peer)))) if !self.admission.admits(peer) => self.counts.dropped(CloseReason::Network),
                Some(Ok((stream, _))) if connections.make_place() => {
                    let activity = Activity::new();
                    let task = tokio::spawn(self.connection(stream, activity.clone(), stopped.clone()));
                    connections.add(activity, task);
                    // The new task runs first, so that a request that has already arrived is seen before the next connection needs a place.
                    tokio::task::yield_now().await;
                }
                // An `accept` without a connection, or no free place: the connection is closed.
                None | Some(Ok(_)) => {}
                // The client has already disconnected.
                Some(Err(error)) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Some(Err(_)) => {
                    self.counts.dropped(CloseReason::Accept);
                    connections.evict();
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
        drop(socket);
        let _ = tokio::time::timeout(GRACE, connections.all_over()).await;
    }

    /// The task of a connection.
    fn connection(
        &self,
        stream: Box<dyn Stream>,
        activity: Activity,
        stopped: watch::Receiver<()>,
    ) -> impl Future<Output = ()> + Send + use<> {
        let endpoint = Arc::clone(&self.endpoint);
        let header_bytes = self.admission.limits.header_bytes;
        #[cfg(feature = "tls")]
        let (tls, counts) = (self.admission.tls.clone(), self.counts.clone());
        async move {
            #[cfg(feature = "tls")]
            let stream = match tls {
                None => stream,
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => stream,
                    Err(_) => return counts.dropped(CloseReason::Tls),
                },
            };
            answer(stream, activity, endpoint, header_bytes, stopped).await;
        }
    }
}

/// Answers the requests of one connection, until it ends or `stopped`'s sender is dropped.
async fn answer(
    stream: Box<dyn Stream>,
    activity: Activity,
    endpoint: Arc<Endpoint>,
    header_bytes: usize,
    mut stopped: watch::Receiver<()>,
) {
    let seen = activity.clone();
    let service = service_fn(move |request| {
        seen.requested();
        let activity = seen.clone();
        let answer = endpoint.respond(RequestHead::of(&request));
        async move { Ok::<_, Infallible>(answer.await.map(|body| TrackedBody { body, activity })) }
    });
    let stream = TrackedIo { stream: TokioIo::new(stream), activity };
    let mut connection = pin!(
        http1::Builder::new()
            // A client may close its sending half and still read.
            .half_close(true)
            // hyper needs no timer: the sweep enforces the time limits.
            .header_read_timeout(None)
            .max_buf_size(header_bytes)
            .serve_connection(stream, service)
    );
    // Errors of the connection are the client's; they are ignored.
    if until(stopped.changed(), connection.as_mut()).await.is_none() {
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}

/// The output of `work`, or `None` if `end` completes first.
async fn until<W: Future>(end: impl Future, work: W) -> Option<W::Output> {
    let mut end = pin!(end);
    let mut work = pin!(work);
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => end.as_mut().poll(context).map(|_| None),
    })
    .await
}
