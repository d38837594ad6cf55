//! The handle of an exporter.

use std::fmt;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Error;
use super::collectors::Collectors;
use super::listener::Listener;
use super::recorder::Sink;
use super::text::Format;
use super::upkeep::Upkeep;
use crate::operation::Outcome;

/// An exporter's handle: what it renders, where it listens, and its end. Clones are handles of the same exporter.
#[derive(Clone)]
pub struct Handle {
    sink: Sink,
    collectors: Arc<Collectors>,
    running: Arc<Mutex<Running>>,
}

/// The threads of an exporter.
#[derive(Default)]
struct Running {
    listeners: Vec<Listener>,
    upkeep: Option<Upkeep>,
}

impl Handle {
    pub(super) fn new(sink: Sink) -> Self {
        Self { sink, collectors: Arc::default(), running: Arc::default() }
    }

    /// Everything that was recorded, in Prometheus' text format 0.0.4
    /// (<https://prometheus.io/docs/instrumenting/exposition_formats/>).
    ///
    /// Collectors are asked first, each for as long as it may take. It costs time and memory in proportion to the number of series; callers of
    /// instrumented functions are not stopped meanwhile.
    #[must_use]
    pub fn render(&self) -> String {
        self.render_as(Format::Text)
    }

    /// The same in `OpenMetrics` 1.0
    /// (<https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md>).
    #[must_use]
    pub fn render_openmetrics(&self) -> String {
        self.render_as(Format::OpenMetrics)
    }

    pub(super) fn render_as(&self, format: Format) -> String {
        self.collectors.collect();
        self.sink.render(format)
    }

    /// Where it listens: the first address, if there are several. `None` if it does not.
    #[must_use]
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.running().listeners.first().map(Listener::local_addr)
    }

    /// Listens on one more address, and tells it. Port 0 takes a free one.
    ///
    /// # Errors
    /// [`Error::Listen`] if the address is taken or cannot be resolved, [`Error::Thread`] if the system gives no thread.
    pub fn listen(&self, address: impl ToSocketAddrs) -> Result<SocketAddr, Error> {
        let addresses: Vec<SocketAddr> =
            address.to_socket_addrs().map_err(|reason| Error::Listen { address: None, reason })?.collect();
        let socket = TcpListener::bind(addresses.as_slice()).map_err(|reason| {
            let names: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            Error::Listen { address: (!names.is_empty()).then(|| names.join(", ")), reason }
        })?;
        let listener = Listener::start(socket, self.clone())?;
        let address = listener.local_addr();
        self.running().listeners.push(listener);
        Ok(address)
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
    pub fn collector<R: Outcome>(
        &self,
        name: impl Into<String>,
        limit: Duration,
        collect: impl FnMut() -> R + Send + 'static,
    ) -> Result<(), Error> {
        self.collectors.add(&self.sink, name.into(), limit, collect)
    }

    /// Has a collector asked no more; its gauges stay as they are. Without one of that name, nothing happens.
    pub fn remove_collector(&self, name: &str) {
        self.collectors.remove(name);
    }

    /// Stops listening, collectors and upkeep, after the responses that are under way. What is recorded goes on being recorded and can be rendered.
    pub fn shutdown(&self) {
        // Taken out first: a thread that ends must not wait for the lock that waits for it.
        let ended = std::mem::take(&mut *self.running());
        drop(ended);
        self.collectors.clear();
    }

    /// The calls in the process's shards are shown here from now on.
    pub(super) fn show_shards(&self) {
        self.sink.show_shards();
    }

    pub(super) fn start_upkeep(&self) -> Result<(), Error> {
        let upkeep = Upkeep::start(self.sink.clone())?;
        self.running().upkeep = Some(upkeep);
        Ok(())
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("local_addr", &self.local_addr()).finish_non_exhaustive()
    }
}
