//! The handle of an exporter.

use std::fmt;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError};

use metrics_exporter_prometheus::PrometheusHandle;

use super::Error;
use super::listener::Listener;
use super::upkeep::Upkeep;

/// An exporter's handle: what it renders, where it listens, and its end. Clones are handles of the same exporter.
#[derive(Clone)]
pub struct Handle {
    prometheus: PrometheusHandle,
    running: Arc<Mutex<Running>>,
}

/// The threads of an exporter.
#[derive(Default)]
struct Running {
    listeners: Vec<Listener>,
    upkeep: Option<Upkeep>,
}

impl Handle {
    pub(super) fn new(prometheus: PrometheusHandle) -> Self {
        Self { prometheus, running: Arc::default() }
    }

    /// Everything that was recorded, in Prometheus' text format 0.0.4
    /// (<https://prometheus.io/docs/instrumenting/exposition_formats/>).
    ///
    /// It costs time and memory in proportion to the number of series; callers of instrumented functions are not stopped meanwhile.
    #[must_use]
    pub fn render(&self) -> String {
        self.prometheus.render()
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
        let listener = Listener::start(socket, self.prometheus.clone())?;
        let address = listener.local_addr();
        self.running().listeners.push(listener);
        Ok(address)
    }

    /// Stops listening and upkeep, after the responses that are under way. What is recorded goes on being recorded and can be rendered.
    pub fn shutdown(&self) {
        // Taken out first: a thread that ends must not wait for the lock that waits for it.
        let ended = std::mem::take(&mut *self.running());
        drop(ended);
    }

    pub(super) fn start_upkeep(&self) -> Result<(), Error> {
        let upkeep = Upkeep::start(self.prometheus.clone())?;
        self.running().upkeep = Some(upkeep);
        Ok(())
    }

    fn running(&self) -> std::sync::MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("local_addr", &self.local_addr()).finish_non_exhaustive()
    }
}
