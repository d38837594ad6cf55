//! The exporter: recorder, `/metrics` listener and upkeep, on `metrics-exporter-prometheus`.

mod cells;
mod collectors;
mod error;
mod families;
mod handle;
mod listener;
mod negotiation;
mod recorder;
mod text;
mod upkeep;

use std::fmt;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusBuilder;

use families::Families;
use recorder::{Declaring, Sink};

pub use error::Error;
pub use handle::Handle;
pub use recorder::Recorder;

use crate::catalog::{ZERO_SERIES_LIMIT, announce_apart, check_catalog};
use crate::meta::DEFAULT_BUCKETS;
use crate::operation::Outcome;
use crate::recorder::begin_sharding;
use crate::shards::Clock;

/// The handle of the installed exporter.
static INSTALLED: OnceLock<Handle> = OnceLock::new();

/// One installation at a time.
static INSTALLING: Mutex<()> = Mutex::new(());

/// Where it listens if nothing is said: the loopback interface only.
const DEFAULT_ADDRESS: &str = "127.0.0.1:9000";

/// Starts the description of an exporter.
///
/// ```no_run
/// # fn main() -> Result<(), metrics_instrumented::Error> {
/// let metrics = metrics_instrumented::exporter().listen("0.0.0.0:9000").install()?;
/// println!("metrics: http://{}/metrics", metrics.local_addr().unwrap());
/// # Ok(())
/// # }
/// ```
pub fn exporter() -> Exporter {
    Exporter {
        address: Ok(None),
        global_labels: Vec::new(),
        default_buckets: None,
        zero_series: ZERO_SERIES_LIMIT,
        collectors: Vec::new(),
    }
}

/// The handle of the exporter that is installed in this process, if one is.
#[must_use]
pub fn handle() -> Option<Handle> {
    INSTALLED.get().cloned()
}

/// An exporter that is being described. Three rungs: [`install`](Self::install) does everything, [`install_recorder`](Self::install_recorder)
/// leaves the serving to you, [`build`](Self::build) the installing too.
///
/// Each of them takes HELP, units, buckets and series at zero of every linked site from the registration before `main`, so that they are
/// there before the first call.
#[must_use = "an exporter does nothing until it is installed"]
pub struct Exporter {
    address: Result<Option<Vec<SocketAddr>>, io::Error>,
    global_labels: Vec<(String, String)>,
    default_buckets: Option<Vec<f64>>,
    zero_series: usize,
    collectors: Vec<AddCollector>,
}

/// Adds a collector to a handle; its type is known only where it was described.
type AddCollector = Box<dyn FnOnce(&Handle) -> Result<(), Error> + Send>;

impl Exporter {
    /// Where to listen, for instance `"0.0.0.0:9000"`; port 0 takes a free one, which [`Handle::local_addr`] tells. Without this it is
    /// `127.0.0.1:9000`, the loopback interface only.
    ///
    /// An address that cannot be resolved is an error of [`install`](Self::install).
    pub fn listen(mut self, address: impl ToSocketAddrs) -> Self {
        self.address = address.to_socket_addrs().map(|found| Some(found.collect()));
        self
    }

    /// A label that every series carries.
    pub fn global_label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.global_labels.push((name.into(), value.into()));
        self
    }

    /// The bounds of histograms that no site declares: those of hand-written `histogram!` calls and of other crates. Without this they
    /// are Prometheus' own, 0.005 to 10.
    pub fn default_buckets(mut self, bounds: impl Into<Vec<f64>>) -> Self {
        self.default_buckets = Some(bounds.into());
        self
    }

    /// How many series a family may have to show them all at zero before their first call. Without this it is 100: `rate()` misses the first
    /// error of a series that was not there before, and a family of thousands would fill a server with zeros that nobody asked for.
    pub fn zero_series(mut self, most: usize) -> Self {
        self.zero_series = most;
        self
    }

    /// Has a function asked at every scrape for gauges of state; see [`Handle::collector`].
    pub fn collector<R: Outcome>(
        mut self,
        name: impl Into<String>,
        limit: Duration,
        collect: impl FnMut() -> R + Send + 'static,
    ) -> Self {
        let name = name.into();
        self.collectors.push(Box::new(move |handle| handle.collector(name, limit, collect)));
        self
    }

    /// Installs the recorder for the process, and serves `GET /metrics` from a thread of its own. It needs no tokio runtime, and does not
    /// mind one.
    ///
    /// The handle may be dropped; the exporter stays.
    ///
    /// # Errors
    /// [`Error::Listen`] if the address is taken or cannot be resolved, [`Error::AlreadyInstalled`] or [`Error::ForeignRecorder`] if the process
    /// has a recorder, [`Error::Catalog`] if two places declare one family differently, [`Error::GlobalLabel`] and [`Error::Buckets`] if such
    /// a setting is invalid, [`Error::Thread`] if the system gives no thread. After an error nothing is installed and nothing listens.
    pub fn install(mut self) -> Result<Handle, Error> {
        let addresses = std::mem::replace(&mut self.address, Ok(None));
        self.install_with(|handle| {
            let addresses = match addresses {
                Ok(Some(addresses)) => Ok(addresses),
                Ok(None) => DEFAULT_ADDRESS.to_socket_addrs().map(Iterator::collect),
                Err(error) => Err(error),
            };
            let addresses = addresses.map_err(|reason| Error::Listen { address: None, reason })?;
            handle.listen(addresses.as_slice()).map(|_| ())
        })
    }

    /// Installs the recorder for the process; you serve what [`Handle::render`] gives.
    ///
    /// # Errors
    /// As [`install`](Self::install), without those of listening.
    pub fn install_recorder(self) -> Result<Handle, Error> {
        self.install_with(|_| Ok(()))
    }

    /// Makes the recorder, with [`Recorder::handle`], and leaves the installing to you: to put it under a layer, or to use it locally.
    ///
    /// # Errors
    /// [`Error::Catalog`], [`Error::GlobalLabel`], [`Error::Buckets`] and [`Error::Recorder`].
    pub fn build(self) -> Result<Recorder, Error> {
        check_catalog().map_err(Error::Catalog)?;
        let default_buckets = self.default_buckets.as_deref().unwrap_or(DEFAULT_BUCKETS);
        if let Some((_, reason)) = crate::names::buckets_error(default_buckets) {
            return Err(Error::Buckets { reason });
        }
        let mut others = PrometheusBuilder::new().set_buckets(default_buckets).map_err(Error::recorder)?;
        for (name, value) in &self.global_labels {
            if let Some(reason) = crate::names::label_name_error(name) {
                return Err(Error::GlobalLabel { name: name.clone(), reason });
            }
            others = others.add_global_label(name, recorder::escaped(value));
        }
        let sink = Sink::new(Families::new(self.global_labels), others.build_recorder());
        announce_apart(&Declaring(&sink), &sink, self.zero_series);
        let recorder = Recorder::new(sink);
        let handle = recorder.handle();
        self.collectors.into_iter().try_for_each(|add| add(&handle))?;
        Ok(recorder)
    }

    fn install_with(self, listen: impl FnOnce(&Handle) -> Result<(), Error>) -> Result<Handle, Error> {
        let _one_at_a_time = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
        if INSTALLED.get().is_some() {
            return Err(Error::AlreadyInstalled);
        }
        let recorder = self.build()?;
        let handle = recorder.handle();
        handle.show_shards();
        handle.start_upkeep()?;
        listen(&handle)?;
        Clock::get();
        if metrics::set_global_recorder(recorder).is_err() {
            handle.shutdown();
            return Err(Error::ForeignRecorder);
        }
        // From here on calls go to the shards: not before the recorder is the process-wide one, whose address tells them that.
        begin_sharding();
        Ok(INSTALLED.get_or_init(|| handle).clone())
    }
}

impl fmt::Debug for Exporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exporter").field("address", &self.address).finish_non_exhaustive()
    }
}
