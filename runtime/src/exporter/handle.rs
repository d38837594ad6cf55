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
use super::listener::admission::{Admission, Refused};
#[cfg(feature = "otlp")]
use super::otlp::{pusher::OtlpPusher, settings::Otlp};
use super::own_metrics::ConnectionCounts;
#[cfg(feature = "push")]
use super::push::{gateway::PushGateway, pusher::Pusher};
use super::registry::sink::Sink;
use super::retire::retire;
use super::scrape::Scrape;
use crate::metric::{Gauge, Value};

/// A running exporter: renders the metrics, adds listeners, collectors and components, and shuts down. Clones refer to the same exporter.
///
/// ```
/// # fn main() -> Result<(), metrics_instrumented::Error> {
/// use metrics_instrumented::instrumented;
///
/// #[instrumented(name = "parcels")]
/// fn send() {}
///
/// let metrics = metrics_instrumented::exporter().listen("127.0.0.1:0").install()?;
/// println!("metrics: http://{}/metrics", metrics.local_addr().unwrap());
/// let database = metrics.component("database")?; // `/ready` responds with 503 ..
/// database.ready(); // .. until this call
/// send();
/// assert!(metrics.render().contains("parcels_total{outcome=\"ok\"} 1"));
/// metrics.shutdown();
/// # Ok(())
/// # }
/// ```
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
    #[cfg(feature = "otlp")]
    otlp: Vec<OtlpPusher>,
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

    /// Returns all metrics in Prometheus' [text format 0.0.4](https://prometheus.io/docs/instrumenting/exposition_formats/).
    ///
    /// Collectors run first, each for at most its time limit. Time and memory grow with the number of series. Instrumented functions are not blocked
    /// meanwhile.
    #[must_use]
    pub fn render(&self) -> String {
        self.scrape.render(Format::TEXT)
    }

    /// Returns all metrics in [`OpenMetrics` 1.0](https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md); otherwise like
    /// [`render`](Self::render).
    #[must_use]
    pub fn render_openmetrics(&self) -> String {
        self.scrape.render(Format::OPEN_METRICS)
    }

    /// Returns the TCP address that the exporter listens on, the first one if there are several, or `None` if it listens on no TCP address.
    #[must_use]
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.running().listeners.iter().find_map(Listener::local_addr)
    }

    /// Listens on another TCP address, with the exporter's path, credentials, networks, limits and TLS, and returns the address. With port 0, the system
    /// chooses a free port.
    ///
    /// # Errors
    /// [`Error::Listen`] if the address is in use or cannot be resolved, [`Error::Thread`] if the system cannot start a thread.
    pub fn listen(&self, address: impl ListenAddress) -> Result<SocketAddr, Error> {
        let address = Address::tcp(address)?;
        let found = self.listen_at(&address)?;
        // A bound TCP socket has an address.
        found.ok_or_else(|| address.error(std::io::ErrorKind::AddrNotAvailable.into()))
    }

    /// Listens on another Unix socket. The socket's file is removed on shutdown. A file left behind by a killed process is replaced.
    ///
    /// # Errors
    /// [`Error::Listen`] if the path is invalid, another process listens there or the file cannot be created, [`Error::Thread`] if the system cannot
    /// start a thread.
    #[cfg(unix)]
    pub fn listen_unix(&self, path: impl Into<PathBuf>) -> Result<(), Error> {
        self.listen_at(&Address::unix(path)?).map(|_| ())
    }

    pub(super) fn listen_at(&self, address: &Address) -> Result<Option<SocketAddr>, Error> {
        self.endpoint.start()?;
        let counts = ConnectionCounts::new(&self.scrape.sink);
        let listeners = Listener::start_all(address, &self.admission, &self.endpoint, &counts)?;
        let address = listeners.first().and_then(Listener::local_addr);
        self.running().listeners.extend(listeners);
        Ok(address)
    }

    /// Returns the metrics as a service for an existing server: a `hyper` service and, with the feature `tower`, a `tower` service, which axum accepts.
    ///
    /// It responds with the metrics at every path; the server's router decides where to mount it. Formats, compression and credentials work as on the
    /// exporter's own listener. Networks, limits and TLS are the server's responsibility.
    ///
    /// # Errors
    /// [`Error::Thread`] if the system cannot start the thread that renders the metrics.
    pub fn service(&self) -> Result<Service, Error> {
        self.endpoint.start()?;
        Ok(Service::metrics(Arc::clone(&self.endpoint)))
    }

    /// Returns a service with all paths of the exporter's own listener: the metrics at their path, `/health`, `/ready` and `/`; otherwise like
    /// [`service`](Self::service).
    ///
    /// # Errors
    /// The errors of [`service`](Self::service).
    pub fn routes(&self) -> Result<Service, Error> {
        self.endpoint.start()?;
        Ok(Service::routes(Arc::clone(&self.endpoint)))
    }

    /// Registers a component of the program, such as a database connection. `/ready` responds with 503 until every component is ready. A new component
    /// is not ready.
    ///
    /// # Errors
    /// [`Error::ComponentName`] if a component of that name exists.
    pub fn component(&self, name: impl Into<String>) -> Result<Component, Error> {
        self.endpoint.components().add(name.into())
    }

    /// Returns whether every component is ready; without components, `true`.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.endpoint.components().are_ready()
    }

    /// Adds a function that is called on every scrape to set gauges, such as the number of connected nodes.
    ///
    /// The function runs on its own thread, and the scrape waits for it for at most `limit`. Its metrics go to this exporter, even if another
    /// recorder is installed. If it fails, panics or exceeds the limit, the gauges keep their values and the scrape continues, and [`doctor`](crate::doctor) says why. The outcome is reported by
    /// `metrics_instrumented_collector_up{collector}`, `metrics_instrumented_collector_failures_total{collector, reason}` and
    /// `metrics_instrumented_collector_duration_seconds{collector}`. A function that hangs is not called again until it returns. Printing a panic's
    /// backtrace takes time, so with a short limit a panic can be reported as a timeout.
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
    /// [`Error::CollectorName`] if a collector of that name exists, [`Error::Thread`] if the system cannot start a thread.
    pub fn collector<R: Collected>(
        &self,
        name: impl Into<String>,
        limit: Duration,
        collect: impl FnMut() -> R + Send + 'static,
    ) -> Result<(), Error> {
        self.scrape.collectors.add(&self.scrape.sink, name.into(), limit, collect)
    }

    /// Adds a gauge that is set on every scrape to what a function returns; otherwise like [`collector`](Self::collector).
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
    /// The errors of [`collector`](Self::collector).
    pub fn collector_gauge<V: Into<Value> + 'static>(
        &self,
        name: impl Into<String>,
        limit: Duration,
        gauge: impl Gauge + Send + 'static,
        read: impl FnMut() -> V + Send + 'static,
    ) -> Result<(), Error> {
        self.collector(name, limit, set(gauge, read))
    }

    /// Pushes the metrics to a Pushgateway: on [`Pusher::push`], at the interval of the [`PushGateway`], and a last time when the returned [`Pusher`] is
    /// dropped. Meant for batch jobs that end before Prometheus scrapes them.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use metrics_instrumented::PushGateway;
    ///
    /// let metrics = metrics_instrumented::exporter().install_recorder()?;
    /// let push = metrics.push(&PushGateway::new("http://gateway:9091", "nightly_backup").grouping("instance", "db-1"))?;
    /// // The backup runs here. If it returns early or panics, dropping `push` pushes the metrics.
    /// push.finish()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Setting`] if the URL, the job, the grouping or a time is invalid, `Error::Tls` if the certificate file is invalid, [`Error::Thread`] if the
    /// system cannot start the thread for the interval. This method does not contact the gateway yet.
    #[cfg(feature = "push")]
    pub fn push(&self, gateway: &PushGateway) -> Result<Pusher, Error> {
        Pusher::start(gateway, self.scrape.clone())
    }

    /// Removes the series of label values that no longer exist, such as a deleted tenant, without waiting for their `idle` time.
    ///
    /// `labels` are open labels with `idle` of the operation or the metric that has `family`, each with the value to remove. All series with one of these values are
    /// removed from all families of the operation, and its place under the cap is free. Values beyond the cap have no series: their calls are counted as `other`,
    /// which cannot be removed. Returns `true` if no series with these values is left, and `false` if a call with one of them
    /// is running or a [`GaugeGuard`](crate::GaugeGuard) exists; such a value expires after its `idle` time. If the value is used again, its series begin
    /// at 0, with a new start timestamp.
    ///
    /// ```
    /// # fn main() -> Result<(), metrics_instrumented::Error> {
    /// use metrics_instrumented::instrumented;
    ///
    /// #[instrumented(name = "tenant_backups", labels(tenant = open(tenant, max = 100, idle = 3600)))]
    /// fn back_up(tenant: &str) {}
    ///
    /// let metrics = metrics_instrumented::exporter().install_recorder()?;
    /// back_up("acme");
    /// assert!(metrics.render().contains("acme"));
    /// assert!(metrics.retire("tenant_backups_total", &[("tenant", "acme")])?);
    /// assert!(!metrics.render().contains("acme"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Retire`] if no operation and no metric declares the family, no label is given, a label is not an open label with `idle`, or the value is `other`.
    pub fn retire(&self, family: &str, labels: &[(&str, &str)]) -> Result<bool, Error> {
        retire(family, labels)
    }

    /// Removes a collector. Its gauges keep their last values. Does nothing if there is no collector of that name.
    pub fn remove_collector(&self, name: &str) {
        self.scrape.collectors.remove(name);
    }

    /// Stops the listeners, the collectors and the exporter's threads, after the responses in progress are complete and a last OTLP push. Metrics are still recorded, and
    /// [`render`](Self::render) still works.
    pub fn shutdown(&self) {
        // Moved out first: the threads are joined without the lock, so that a thread that needs the lock can end.
        let ended = std::mem::take(&mut *self.running());
        drop(ended);
        self.endpoint.stop();
        self.scrape.collectors.clear();
    }

    /// Returns a guard that calls [`shutdown`](Self::shutdown) when it is dropped.
    ///
    /// ```
    /// # fn main() -> Result<(), metrics_instrumented::Error> {
    /// let metrics = metrics_instrumented::exporter().listen("127.0.0.1:0").install()?;
    /// let _shuts_down = metrics.shutdown_on_drop();
    /// // The service runs here.
    /// # Ok(())
    /// # }
    /// ```
    pub fn shutdown_on_drop(&self) -> ShutdownOnDrop {
        ShutdownOnDrop(self.clone())
    }

    /// Whether a listener or a service serves the metrics, or they are or were pushed.
    pub(super) fn is_served(&self) -> bool {
        self.scrape.is_pushed() || self.endpoint.is_started()
    }

    /// The URLs of collectors and Pushgateways that did not accept the last push as a whole, with the problems.
    #[cfg_attr(not(any(feature = "otlp", feature = "push")), allow(clippy::unused_self, reason = "nothing is pushed"))]
    pub(super) fn push_problems(&self) -> Vec<(String, String)> {
        #[cfg(any(feature = "otlp", feature = "push"))]
        return self.scrape.destinations.problems();
        #[cfg(not(any(feature = "otlp", feature = "push")))]
        Vec::new()
    }

    /// What is recorded and how it is scraped, for the doctor.
    pub(super) fn scrape(&self) -> &Scrape {
        &self.scrape
    }

    /// Connections that were refused because of their address.
    pub(super) fn refused(&self) -> Option<Refused> {
        self.admission.refused()
    }

    /// Why changed TLS files are not in use.
    #[cfg(feature = "tls")]
    pub(super) fn tls_failure(&self) -> Option<String> {
        self.admission.tls.as_ref()?.failure()
    }

    /// From now on, the exposition contains the calls in the process's shards.
    pub(super) fn show_shards(&self) {
        self.scrape.sink.show_shards();
    }

    #[cfg(feature = "otlp")]
    pub(super) fn start_otlp(&self, otlp: Otlp) -> Result<(), Error> {
        let pusher = OtlpPusher::start(otlp, self.scrape.clone())?;
        self.running().otlp.push(pusher);
        Ok(())
    }

    /// Ends the pushes without a last one.
    #[cfg(feature = "otlp")]
    pub(super) fn cancel_otlp(&self) {
        let pushers = std::mem::take(&mut self.running().otlp);
        pushers.into_iter().for_each(OtlpPusher::cancel);
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
