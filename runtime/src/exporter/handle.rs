//! The handle of an exporter.

use std::fmt;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::collectors::{Collected, set};
use super::error::Error;
use super::exposition::format::Format;
use super::http::components::Component;
use super::http::credentials::Credentials;
use super::http::endpoint::{Diagnose, Endpoint};
use super::http::service::Service;
use super::listener::Listener;
use super::listener::address::{Address, ListenAddress};
use super::listener::admission::Admission;
use super::own_metrics::ConnectionCounts;
#[cfg(feature = "push")]
use super::push::{gateway::PushGateway, pusher::Pusher};
use super::registry::fault::Fault;
use super::registry::sink::Sink;
use super::scrape::Scrape;
use super::upkeep::Upkeep;
use super::views::status::Status;
use crate::metric::{Gauge, Value};

/// An exporter's handle: what it renders, where it listens, and its end. Clones are handles of the same exporter.
#[derive(Clone)]
pub struct Handle {
    scrape: Scrape,
    endpoint: Arc<Endpoint>,
    admission: Arc<Admission>,
    running: Arc<Mutex<Running>>,
}

/// The threads of an exporter.
#[derive(Default)]
struct Running {
    listeners: Vec<Listener>,
    upkeep: Option<Upkeep>,
}

impl Handle {
    pub(super) fn new(
        sink: Sink,
        path: String,
        credentials: Credentials,
        page: Option<Diagnose>,
        admission: Admission,
    ) -> Self {
        let scrape = Scrape::new(sink);
        let endpoint = Endpoint::new(path, credentials, page, scrape.clone());
        Self { scrape, endpoint: Arc::new(endpoint), admission: Arc::new(admission), running: Arc::default() }
    }

    /// Everything that was recorded, in Prometheus' text format 0.0.4
    /// (<https://prometheus.io/docs/instrumenting/exposition_formats/>).
    ///
    /// Collectors are asked first, each for as long as it may take. It costs time and memory in proportion to the number of series; callers of
    /// instrumented functions are not stopped meanwhile.
    #[must_use]
    pub fn render(&self) -> String {
        self.scrape.render(Format::TEXT)
    }

    /// The same in `OpenMetrics` 1.0
    /// (<https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md>).
    #[must_use]
    pub fn render_openmetrics(&self) -> String {
        self.scrape.render(Format::OPEN_METRICS)
    }

    /// Returns the TCP address on which it listens, the first one if there are several.
    #[must_use]
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.running().listeners.iter().find_map(Listener::local_addr)
    }

    /// Listens on one more address, and returns it. Port 0 takes a free one. Path, credentials, networks, limits and TLS are those of the exporter.
    ///
    /// # Errors
    /// [`Error::Listen`] if the address is taken or cannot be resolved, [`Error::Thread`] if the system gives no thread.
    pub fn listen(&self, address: impl ListenAddress) -> Result<SocketAddr, Error> {
        let address = Address::tcp(address)?;
        let found = self.listen_at(&address)?;
        // A TCP socket that is bound has an address.
        found.ok_or_else(|| address.error(std::io::ErrorKind::AddrNotAvailable.into()))
    }

    /// Listens on one more Unix socket. Its file goes when the listener does; one that a killed process left behind is taken over.
    ///
    /// # Errors
    /// [`Error::Listen`] if somebody listens there or the file cannot be made, [`Error::Thread`] if the system gives no thread.
    #[cfg(unix)]
    pub fn listen_unix(&self, path: impl Into<PathBuf>) -> Result<(), Error> {
        self.listen_at(&Address::Unix(path.into())).map(|_| ())
    }

    pub(super) fn listen_at(&self, address: &Address) -> Result<Option<SocketAddr>, Error> {
        self.endpoint.start()?;
        let counts = ConnectionCounts::new(&self.scrape.sink);
        let listeners = Listener::start_all(address, &self.admission, &self.endpoint, &counts)?;
        let address = listeners.first().and_then(Listener::local_addr);
        self.running().listeners.extend(listeners);
        Ok(address)
    }

    /// The metrics for a server that is there already: a `hyper` service and, with the feature `tower`, a `tower` one, which axum takes. It answers
    /// with the metrics whatever the path, so that the server's own router says where they are. Formats, compression and credentials are those of the
    /// listener; networks, limits and TLS are the server's affair.
    ///
    /// # Errors
    /// [`Error::Thread`] if the system gives no thread to render on.
    pub fn service(&self) -> Result<Service, Error> {
        self.endpoint.start()?;
        Ok(Service::metrics(Arc::clone(&self.endpoint)))
    }

    /// The same with all that the listener has: the metrics at their path, `/health`, `/ready` and `/`.
    ///
    /// # Errors
    /// As [`service`](Self::service).
    pub fn routes(&self) -> Result<Service, Error> {
        self.endpoint.start()?;
        Ok(Service::routes(Arc::clone(&self.endpoint)))
    }

    /// Adds a part of the program that has to be ready before `/ready` says so; it is not, until it says so itself.
    ///
    /// # Errors
    /// [`Error::ComponentName`] if there is a component of that name.
    pub fn component(&self, name: impl Into<String>) -> Result<Component, Error> {
        self.endpoint.components().add(name.into())
    }

    /// Whether every component is ready; without one, it is.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.endpoint.components().are_ready()
    }

    /// Has a function asked at every scrape for gauges of state: how many nodes there are, how long a queue is.
    ///
    /// It runs on a thread of its own, for `limit` at most; what it records goes to this exporter, whatever is installed. A run that
    /// fails, panics or takes longer leaves the gauges as they are and the scrape goes on; `metrics_instrumented_collector_up{collector}`,
    /// `metrics_instrumented_collector_failures_total{collector, reason}` and `metrics_instrumented_collector_duration_seconds{collector}`
    /// say so. One that hangs is not asked again before it comes back. A panic that prints a backtrace takes its time, too: with a short
    /// limit it may count as a timeout.
    ///
    /// ```
    /// # fn main() -> Result<(), metrics_instrumented::Error> {
    /// use std::time::Duration;
    /// use metrics_instrumented::Gauge;
    ///
    /// /// Jobs that wait.
    /// #[derive(Gauge)]
    /// #[gauge(name = "queue_depth")]
    /// struct QueueDepth;
    ///
    /// let metrics = metrics_instrumented::exporter().install_recorder()?;
    /// metrics.collector("queue", Duration::from_millis(500), || QueueDepth.set(3))?;
    /// assert!(metrics.render().contains("queue_depth 3"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::CollectorName`] if there is a collector of that name, [`Error::Thread`] if the system gives no thread.
    pub fn collector<R: Collected>(
        &self,
        name: impl Into<String>,
        limit: Duration,
        collect: impl FnMut() -> R + Send + 'static,
    ) -> Result<(), Error> {
        self.scrape.collectors.add(&self.scrape.sink, name.into(), limit, collect)
    }

    /// Sets a gauge on every scrape to what a function returns; otherwise like [`collector`](Self::collector).
    ///
    /// ```
    /// # fn main() -> Result<(), metrics_instrumented::Error> {
    /// use std::time::Duration;
    /// use metrics_instrumented::Gauge;
    ///
    /// /// Jobs that wait.
    /// #[derive(Gauge)]
    /// #[gauge(name = "queue_length")]
    /// struct QueueLength;
    ///
    /// let queue = vec!["a job"];
    /// let metrics = metrics_instrumented::exporter().install_recorder()?;
    /// metrics.collector_gauge("queue", Duration::from_millis(500), QueueLength, move || queue.len())?;
    /// assert!(metrics.render().contains("queue_length 1"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As those of [`collector`](Self::collector).
    pub fn collector_gauge<V: Into<Value> + 'static>(
        &self,
        name: impl Into<String>,
        limit: Duration,
        gauge: impl Gauge + Send + 'static,
        read: impl FnMut() -> V + Send + 'static,
    ) -> Result<(), Error> {
        self.collector(name, limit, set(gauge, read))
    }

    /// Pushes to a Pushgateway: when it is told to, on the gateway's interval, and a last time when the result is dropped. For
    /// batch jobs; a program that can be scraped should be.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use metrics_instrumented::PushGateway;
    ///
    /// let metrics = metrics_instrumented::exporter().install_recorder()?;
    /// let push = metrics.push(&PushGateway::new("http://gateway:9091", "nightly_backup").grouping("instance", "db-1"))?;
    /// // back up; when that fails by `?` or a panic, what was recorded is pushed all the same
    /// push.finish()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Setting`] if the URL, the job, the group or a time is not valid, `Error::Tls` if the file of certificates cannot be used, [`Error::Thread`] if the
    /// system gives no thread for the interval. The gateway is not asked yet.
    #[cfg(feature = "push")]
    pub fn push(&self, gateway: &PushGateway) -> Result<Pusher, Error> {
        Pusher::start(gateway, self.scrape.clone())
    }

    /// Has a collector asked no more; its gauges stay as they are. Without one of that name, nothing happens.
    pub fn remove_collector(&self, name: &str) {
        self.scrape.collectors.remove(name);
    }

    /// Stops listening, collectors and upkeep, after the responses that are under way. What is recorded goes on being recorded and can be rendered.
    pub fn shutdown(&self) {
        // Taken out first: a thread that ends must not wait for the lock that waits for it.
        let ended = std::mem::take(&mut *self.running());
        drop(ended);
        self.endpoint.stop();
        self.scrape.collectors.clear();
    }

    /// Shuts down when the guard is dropped, however its scope is left.
    ///
    /// ```
    /// # fn main() -> Result<(), metrics_instrumented::Error> {
    /// let metrics = metrics_instrumented::exporter().listen("127.0.0.1:0").install()?;
    /// let _shuts_down = metrics.shutdown_on_drop();
    /// // serve orders
    /// # Ok(())
    /// # }
    /// ```
    pub fn shutdown_on_drop(&self) -> ShutdownOnDrop {
        ShutdownOnDrop(self.clone())
    }

    /// Whether anything serves the metrics.
    pub(super) fn is_served(&self) -> bool {
        self.endpoint.is_started()
    }

    /// Whether a declared counter or histogram has counted anything.
    pub(super) fn has_counted(&self, name: &str) -> bool {
        self.scrape.sink.has_counted(name)
    }

    /// Metrics that are left out of the exposition, and why.
    pub(super) fn rejected(&self) -> Vec<(String, Fault)> {
        self.scrape.sink.rejected()
    }

    /// What views change.
    pub(super) fn views(&self) -> Option<Status> {
        self.scrape.sink.views_status()
    }

    /// The calls in the process's shards are shown here from now on.
    pub(super) fn show_shards(&self) {
        self.scrape.sink.show_shards();
    }

    pub(super) fn start_upkeep(&self) -> Result<(), Error> {
        let upkeep = Upkeep::start(self.scrape.sink.clone())?;
        self.running().upkeep = Some(upkeep);
        Ok(())
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shuts an exporter down when it is dropped; see [`Handle::shutdown_on_drop`].
#[derive(Debug)]
#[must_use = "dropped at once, it shuts down at once"]
pub struct ShutdownOnDrop(Handle);

impl Drop for ShutdownOnDrop {
    fn drop(&mut self) {
        self.0.shutdown();
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("local_addr", &self.local_addr()).finish_non_exhaustive()
    }
}
