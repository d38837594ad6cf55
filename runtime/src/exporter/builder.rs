//! The description of an exporter, and how it is installed.

use std::fmt;
#[cfg(any(unix, feature = "tls"))]
use std::path::PathBuf;
use std::sync::PoisonError;
use std::time::Duration;

use super::collectors::{Collected, set};
use super::doctor::doctor;
use super::environment;
use super::error::Error;
use super::handle::Handle;
use super::http::endpoint::Diagnose;
use super::installed::{INSTALLED, INSTALLING};
use super::listener::address::{Address, ListenAddress};
use super::listener::limits::Limits;
#[cfg(feature = "process")]
use super::process;
use super::recorder::Recorder;
use super::registry::sink::Sink;
use super::registry::zero_series::ZeroSeriesRecorder;
use super::settings::{Settings, parse_network};
#[cfg(feature = "tracing")]
use super::trace;
use crate::catalog::{announce_apart, check_catalog};
#[cfg(feature = "exemplars")]
use crate::exemplar;
use crate::metric::{Gauge, Value};
use crate::names::DEFAULT_BUCKETS;
use crate::recorder::begin_sharding;
use crate::shards::clock::Clock;

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
        settings: Settings::default(),
        mistake: None,
        collectors: Vec::new(),
        #[cfg(feature = "exemplars")]
        exemplars: None,
    }
}

/// An exporter that is being described. Three rungs: [`install`](Self::install) does everything, [`install_recorder`](Self::install_recorder)
/// leaves the serving to you, [`build`](Self::build) the installing too.
///
/// Each of them takes HELP, units, buckets and series at zero of every linked site from the registration before `main`, so that they are
/// there before the first call.
#[must_use = "an exporter does nothing until it is installed"]
pub struct Exporter {
    settings: Settings,
    /// The first setting that is not valid; returned as the error of the installation.
    mistake: Option<Error>,
    collectors: Vec<AddCollector>,
    #[cfg(feature = "exemplars")]
    exemplars: Option<exemplar::Ask>,
}

/// Adds a collector to a handle; its type is known only where it was described.
type AddCollector = Box<dyn FnOnce(&Handle) -> Result<(), Error> + Send>;

impl Exporter {
    /// Where to listen, for instance `":9000"` (all interfaces), `"0.0.0.0:9000"` (those of IPv4) or `"localhost:9000"`; see [`ListenAddress`]. Port 0
    /// takes a free one, which [`Handle::local_addr`] returns. The default is `127.0.0.1:9000`, the loopback interface only.
    ///
    /// An address that cannot be resolved is an error of [`install`](Self::install).
    pub fn listen(self, address: impl ListenAddress) -> Self {
        self.set(|exporter| {
            exporter.settings.address = Some(Address::tcp(address)?);
            Ok(())
        })
    }

    /// Listens on a Unix socket; see [`Handle::listen_unix`]. Of several calls of this and [`listen`](Self::listen), the last one wins; the handle adds
    /// more addresses.
    #[cfg(unix)]
    pub fn listen_unix(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.address = Some(Address::Unix(path.into()));
        self
    }

    /// Sets the path of the metrics. The default is `/metrics`.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.settings.path = path.into();
        self
    }

    /// Whether browsers get the live page at `/`: rates, errors, quantiles and calls in flight of every operation, drawn from the metrics as long
    /// as it is open. On by default; other clients get a text that lists the paths. It asks for the same credentials as the metrics.
    pub fn page(mut self, page: bool) -> Self {
        self.settings.page = page;
        self
    }

    /// Accepts only clients of this network, for instance `"10.0.0.0/8"`; called several times, of any of the networks. The connections of others
    /// are closed, also those to `/health` and `/ready`. By default, every client is accepted. A Unix socket is protected by its file's permissions
    /// alone.
    pub fn allow_network(self, network: &str) -> Self {
        self.set(|exporter| {
            exporter.settings.networks.push(parse_network(network)?);
            Ok(())
        })
    }

    /// Shows the metrics to clients that present this bearer token (RFC 6750) or other credentials set here. `/health` and `/ready` need none.
    pub fn bearer_token(self, token: &str) -> Self {
        self.set(|exporter| {
            let added = exporter.settings.credentials.add_bearer(token);
            added.map_err(|reason| Error::setting("the bearer token", reason))
        })
    }

    /// Shows the metrics to clients that present this name and password (RFC 7617) or other credentials set here. `/health` and `/ready` need none.
    pub fn basic_auth(self, user: &str, password: &str) -> Self {
        self.set(|exporter| {
            let added = exporter.settings.credentials.add_basic(user, password);
            added.map_err(|reason| Error::setting("the basic authentication", reason))
        })
    }

    /// Speaks TLS 1.2 and 1.3, with a chain of certificates and a key from PEM files. When they change, new connections get the new ones, within
    /// a second; files that cannot be used then are counted in `metrics_instrumented_tls_reload_failures_total` and leave it as it was.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.settings.tls = Some((certificate.into(), key.into()));
        self
    }

    /// Sets what a client may take; see [`Limits`].
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// Takes what the variables `METRICS_INSTRUMENTED_LISTEN` and so on say, all of which are in
    /// [the table](https://github.com/metrics-instrumented/metrics-instrumented/blob/main/docs/exporter.md#settings). It wins over what was set
    /// before this call, and what is set after it wins over it; labels, networks and credentials add up.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), metrics_instrumented::Error> {
    /// // Port 9000, unless the operator says otherwise.
    /// metrics_instrumented::exporter().listen("127.0.0.1:9000").environment().install()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn environment(self) -> Self {
        self.set(|exporter| environment::apply(&mut exporter.settings))
    }

    /// Adds a label to every series that does not have one of that name itself. Setting the same label twice is an error of
    /// [`install`](Self::install).
    pub fn global_label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.global_labels.push((name.into(), value.into()));
        self
    }

    /// Sets the bucket bounds of histograms that are not declared: those of hand-written `histogram!` calls and of other crates. The default is
    /// that of Prometheus' client libraries, 0.005 to 10.
    pub fn default_buckets(mut self, bounds: impl Into<Vec<f64>>) -> Self {
        self.settings.default_buckets = Some(bounds.into());
        self
    }

    /// Sets the maximum number of series that a family shows at zero before they are used. The default is 100: `rate()` misses the first error of
    /// a series that was not there before, but a family of thousands would fill a server with zeros.
    pub fn zero_series(mut self, most: usize) -> Self {
        self.settings.zero_series = most;
        self
    }

    /// Shows in `OpenMetrics` since when each counter and histogram counts, as `_created`. By default it is left out, because Prometheus without
    /// `--enable-feature=created-timestamp-zero-ingestion` stores it as one more series. `PrometheusProto` has it always.
    pub fn created_timestamps(mut self) -> Self {
        self.settings.created = true;
        self
    }

    /// Shows an exemplar for each bucket of durations, in `OpenMetrics` and `PrometheusProto`: a call that was counted there, with what this function
    /// returns for it, the ids of trace and span. The function is called on the thread of the call when the call ends, for about one call a second of
    /// each order of magnitude; other calls cost one attempt to take a lock. Labels with invalid names, or with more than 128 characters together with
    /// their values, are left out, as `OpenMetrics` requires. Exemplars need [`install`](Self::install) or
    /// [`install_recorder`](Self::install_recorder), and are of operations only. With `tracing` and
    /// OpenTelemetry, `tracing_exemplars` (feature `tracing`) needs no function.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), metrics_instrumented::Error> {
    /// # fn current_trace() -> Option<(u128, u64)> { None }
    /// let exemplar = || {
    ///     let (trace, span) = current_trace()?;
    ///     Some([("trace_id", format!("{trace:032x}")), ("span_id", format!("{span:016x}"))])
    /// };
    /// metrics_instrumented::exporter().exemplars(exemplar).install()?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "exemplars")]
    pub fn exemplars<L, N, V>(mut self, ask: impl Fn() -> Option<L> + Send + Sync + 'static) -> Self
    where
        L: IntoIterator<Item = (N, V)>,
        N: Into<String>,
        V: Into<String>,
    {
        let owned = move |labels: L| labels.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        self.exemplars = Some(Box::new(move || ask().map(owned)));
        self
    }

    /// Shows in `OpenMetrics` behind a bucket of durations a call that fell into it, by `trace_id` and `span_id` of the span of `tracing` that was
    /// the current one when the call ended, as `tracing-opentelemetry` knows them (W3C Trace Context: 32 and 16 hexadecimal digits). Spans that are
    /// not sampled lead to nothing and are left out; where `tracing` has no span or one that is not exported, the current context of OpenTelemetry
    /// is asked. Costs and limits are those of [`exemplars`](Self::exemplars).
    ///
    /// The versions of `tracing-opentelemetry` (0.34) and `opentelemetry` (0.33) have to be those of the program: other ones know nothing of its
    /// spans, and no exemplar is shown. `#[instrumented]` stands above `#[tracing::instrument]`, so that the call ends inside its span.
    ///
    /// ```no_run
    /// use metrics_instrumented::instrumented;
    ///
    /// #[instrumented(name = "deliveries")]
    /// #[tracing::instrument]
    /// fn deliver() {}
    ///
    /// # fn main() -> Result<(), metrics_instrumented::Error> {
    /// // After `tracing_subscriber::registry().with(tracing_opentelemetry::layer().with_tracer(tracer)).init()`:
    /// metrics_instrumented::exporter().tracing_exemplars().install()?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "tracing")]
    pub fn tracing_exemplars(self) -> Self {
        self.exemplars(trace::ids)
    }

    /// Has a function asked at every scrape for gauges of state; see [`Handle::collector`].
    pub fn collector<R: Collected>(
        mut self,
        name: impl Into<String>,
        limit: Duration,
        collect: impl FnMut() -> R + Send + 'static,
    ) -> Self {
        let name = name.into();
        self.collectors.push(Box::new(move |handle| handle.collector(name, limit, collect)));
        self
    }

    /// Sets a gauge on every scrape to what a function returns; see [`Handle::collector_gauge`].
    pub fn collector_gauge<V: Into<Value> + 'static>(
        self,
        name: impl Into<String>,
        limit: Duration,
        gauge: impl Gauge + Send + 'static,
        read: impl FnMut() -> V + Send + 'static,
    ) -> Self {
        self.collector(name, limit, set(gauge, read))
    }

    /// Shows what the process uses, as Prometheus' client libraries name it
    /// (<https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics>): `process_cpu_seconds_total`,
    /// `process_resident_memory_bytes`, `process_open_fds`, `process_start_time_seconds` and so on. It is a collector of the name `process`.
    #[cfg(feature = "process")]
    pub fn process_metrics(self) -> Self {
        self.collector(process::COLLECTOR, process::LIMIT, process::collect())
    }

    /// Installs the recorder for the process, and serves `GET /metrics` from a thread of its own. It needs no tokio runtime, and does not
    /// mind one.
    ///
    /// The handle may be dropped; the exporter stays.
    ///
    /// # Errors
    /// [`Error::Listen`] if the address is taken or cannot be resolved, [`Error::AlreadyInstalled`] or [`Error::ForeignRecorder`] if the process
    /// has a recorder, [`Error::Catalog`] if two places declare one family differently, [`Error::GlobalLabel`], [`Error::Buckets`],
    /// [`Error::Setting`], [`Error::Environment`] and `Error::Tls` if such a setting is invalid, [`Error::Thread`] if the system gives no thread.
    /// After an error nothing is installed and nothing listens.
    pub fn install(mut self) -> Result<Handle, Error> {
        let address = self.settings.address.take();
        self.install_with(|handle| {
            let address = address.map_or_else(Address::default, Ok)?;
            handle.listen_at(&address).map(|_| ())
        })
    }

    /// Installs the recorder for the process without listening, whatever address was set; you serve what [`Handle::render`] returns.
    ///
    /// # Errors
    /// As [`install`](Self::install), without those of listening.
    pub fn install_recorder(self) -> Result<Handle, Error> {
        self.install_with(|_| Ok(()))
    }

    /// Makes the recorder, with [`Recorder::handle`], and leaves the installing to you: to put it under a layer, or to use it locally.
    ///
    /// # Errors
    /// As [`install`](Self::install), without those of listening and of installing.
    pub fn build(self) -> Result<Recorder, Error> {
        if let Some(mistake) = self.mistake {
            return Err(mistake);
        }
        self.settings.check()?;
        check_catalog().map_err(Error::Catalog)?;
        let default_buckets = self.settings.default_buckets.as_deref().unwrap_or(DEFAULT_BUCKETS);
        if let Some((at, reason)) = crate::names::buckets_error(default_buckets) {
            let bound = default_buckets.get(at).map_or_else(String::new, |bound| format!("`{bound}`: "));
            return Err(Error::Buckets { reason: format!("{bound}{reason}") });
        }
        let global_labels = self.settings.global_labels.clone();
        for (at, (name, _)) in global_labels.iter().enumerate() {
            let is_double = global_labels[..at].iter().any(|(earlier, _)| earlier == name);
            let reason = crate::names::label_name_error(name)
                .or_else(|| is_double.then_some("it is set twice; remove one of the two"));
            if let Some(reason) = reason {
                return Err(Error::GlobalLabel { name: name.clone(), reason });
            }
        }
        let sink = Sink::new(global_labels, default_buckets, self.settings.created)?;
        announce_apart(&ZeroSeriesRecorder(&sink), &sink, self.settings.zero_series);
        let admission = self.settings.admission(&sink)?;
        let page: Option<Diagnose> =
            self.settings.page.then_some(|| doctor().findings().iter().map(ToString::to_string).collect());
        let handle = Handle::new(sink.clone(), self.settings.path, self.settings.credentials, page, admission);
        let recorder = Recorder::new(sink, handle.clone());
        self.collectors.into_iter().try_for_each(|add| add(&handle))?;
        Ok(recorder)
    }

    /// Makes a setting, and keeps the first mistake.
    fn set(mut self, set: impl FnOnce(&mut Self) -> Result<(), Error>) -> Self {
        if let Err(mistake) = set(&mut self) {
            self.mistake.get_or_insert(mistake);
        }
        self
    }

    #[cfg_attr(not(feature = "exemplars"), allow(unused_mut, reason = "what asks for exemplars is taken out"))]
    fn install_with(mut self, listen: impl FnOnce(&Handle) -> Result<(), Error>) -> Result<Handle, Error> {
        let _one_at_a_time = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
        if INSTALLED.get().is_some() {
            return Err(Error::AlreadyInstalled);
        }
        #[cfg(feature = "exemplars")]
        let exemplars = self.exemplars.take();
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
        #[cfg(feature = "exemplars")]
        if let Some(ask) = exemplars {
            exemplar::start(ask);
        }
        // From here on calls go to the shards: not before the recorder is the process-wide one, whose address tells them that.
        begin_sharding();
        Ok(INSTALLED.get_or_init(|| handle).clone())
    }
}

impl fmt::Debug for Exporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exporter").field("settings", &self.settings).finish_non_exhaustive()
    }
}
