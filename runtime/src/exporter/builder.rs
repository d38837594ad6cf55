//! The settings of an exporter.

use std::fmt;
#[cfg(any(unix, feature = "tls", feature = "views"))]
use std::path::PathBuf;
use std::time::Duration;

use super::collectors::{Collected, set};
use super::environment;
use super::error::Error;
use super::handle::Handle;
use super::listener::address::{Address, ListenAddress};
use super::listener::limits::Limits;
#[cfg(feature = "otlp")]
use super::otlp::settings::Otlp;
#[cfg(feature = "process")]
use super::process;
use super::settings::{Settings, parse_network};
#[cfg(feature = "tracing")]
use super::trace;
#[cfg(feature = "exemplars")]
use crate::exemplar;
use crate::metric::{Gauge, Value};

/// Returns a builder for the exporter, with the default settings: it listens on `127.0.0.1:9000` and serves the metrics at `/metrics`.
///
/// Call it once, at the start of `main`:
///
/// ```no_run
/// # fn main() -> Result<(), metrics_instrumented::Error> {
/// metrics_instrumented::exporter().listen("0.0.0.0:9000").install()?;
/// # Ok(())
/// # }
/// ```
///
/// A service whose server already has a port adds the metrics there:
///
/// ```
/// # fn main() -> Result<(), metrics_instrumented::Error> {
/// let metrics = metrics_instrumented::exporter().install_recorder()?;
/// let text = metrics.render(); // the response to GET /metrics
/// # drop(text);
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

/// Builds the exporter; made by [`exporter`].
///
/// | method | installs the recorder | listens |
/// | --- | --- | --- |
/// | [`install`](Self::install) | yes | yes |
/// | [`install_recorder`](Self::install_recorder) | yes | no: your server responds with [`Handle::render`], [`Handle::service`] or [`Handle::routes`] |
/// | [`build`](Self::build) | no: you install the recorder, alone or with others | no |
///
/// With each of them, HELP, units, buckets and zero-initialised series of every linked function are exposed before the first call.
#[must_use = "an exporter does nothing until it is installed"]
pub struct Exporter {
    pub(super) settings: Settings,
    /// The first setting that is not valid; returned as the error of the installation.
    pub(super) mistake: Option<Error>,
    pub(super) collectors: Vec<AddCollector>,
    #[cfg(feature = "exemplars")]
    pub(super) exemplars: Option<exemplar::Ask>,
}

/// Adds a collector to a handle; its type is known only where it was described.
pub(super) type AddCollector = Box<dyn FnOnce(&Handle) -> Result<(), Error> + Send>;

impl Exporter {
    /// Sets the TCP address to listen on: `":9000"` (all interfaces), `"0.0.0.0:9000"` (all IPv4 interfaces) or `"localhost:9000"`, for example; see
    /// [`ListenAddress`]. With port 0, the system chooses a free port, which [`Handle::local_addr`] returns. The default is `127.0.0.1:9000`, which
    /// only processes on the same machine can reach.
    ///
    /// If the address cannot be resolved, [`install`](Self::install) returns [`Error::Listen`].
    pub fn listen(self, address: impl ListenAddress) -> Self {
        self.set(|exporter| {
            exporter.settings.address = Some(Address::tcp(address)?);
            Ok(())
        })
    }

    /// Listens on a Unix socket instead of a TCP address; see [`Handle::listen_unix`]. The last call of this method and [`listen`](Self::listen) takes
    /// effect; [`Handle::listen`] adds more addresses.
    ///
    /// If the path is empty, too long or contains a NUL byte, [`install`](Self::install) returns [`Error::Listen`].
    #[cfg(unix)]
    pub fn listen_unix(self, path: impl Into<PathBuf>) -> Self {
        self.set(|exporter| {
            exporter.settings.address = Some(Address::unix(path)?);
            Ok(())
        })
    }

    /// Sets the path of the metrics. The default is `/metrics`.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.settings.path = path.into();
        self
    }

    /// Turns the live page at `/` on or off. In a browser, it shows rate, error ratio, quantiles and calls in flight of every operation, computed from
    /// the metrics while the page is open. Other clients get a list of the paths and the findings of [`doctor`](crate::doctor) as text. The page
    /// requires the same credentials as the metrics. The default is on. If it is off, `/` is the list of the paths for all clients.
    pub fn page(mut self, page: bool) -> Self {
        self.settings.page = page;
        self
    }

    /// Accepts connections from this network only, for example `"10.0.0.0/8"`. Several calls allow several networks. All other connections are closed,
    /// including those to `/health` and `/ready`. By default, every client is accepted. Unix sockets are not affected; the permissions of their file
    /// protect them.
    ///
    /// If the network is invalid, [`install`](Self::install) returns [`Error::Setting`].
    pub fn allow_network(self, network: &str) -> Self {
        self.set(|exporter| {
            exporter.settings.networks.push(parse_network(network)?);
            Ok(())
        })
    }

    /// Requires a bearer token ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750)) for the metrics and the live page. After several calls of this method
    /// and [`basic_auth`](Self::basic_auth), any of these credentials is accepted. `/health` and `/ready` require none.
    pub fn bearer_token(self, token: &str) -> Self {
        self.set(|exporter| {
            let added = exporter.settings.credentials.add_bearer(token);
            added.map_err(|reason| Error::setting("the bearer token", reason))
        })
    }

    /// Requires a user name and a password ([RFC 7617](https://www.rfc-editor.org/rfc/rfc7617)) for the metrics and the live page. After several calls of
    /// this method and [`bearer_token`](Self::bearer_token), any of these credentials is accepted. `/health` and `/ready` require none.
    pub fn basic_auth(self, user: &str, password: &str) -> Self {
        self.set(|exporter| {
            let added = exporter.settings.credentials.add_basic(user, password);
            added.map_err(|reason| Error::setting("the basic authentication", reason))
        })
    }

    /// Serves HTTPS (TLS 1.2 and 1.3) with a certificate chain and a private key from PEM files. When the files change, new connections use the new
    /// certificate within a second. If the new files are invalid, the old certificate stays, and `metrics_instrumented_tls_reload_failures_total` counts
    /// the failure.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.settings.tls = Some((certificate.into(), key.into()));
        self
    }

    /// Shows the metrics through a file of views, which operators write: it mutes families, drops and merges labels, leaves out buckets and caps
    /// families ([its format](https://github.com/metrics-instrumented/metrics-instrumented/blob/main/docs/views.md)). Recording does not change. The
    /// file is read again within a second of a change, when the metrics are scraped; one that is not valid then is counted in
    /// `metrics_instrumented_views_reload_failures_total` and leaves the views as they were.
    ///
    /// If the file names something that the program does not declare, [`install`](Self::install) returns [`Error::Views`] with the line and the most similar name; if the
    /// file cannot be read, [`Error::ViewsUnreadable`].
    #[cfg(feature = "views")]
    pub fn views(mut self, file: impl Into<PathBuf>) -> Self {
        self.settings.views = Some(file.into());
        self
    }

    /// Limits connections, request sizes and times; see [`Limits`].
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// Reads the settings from environment variables such as `METRICS_INSTRUMENTED_LISTEN`;
    /// [this table](https://github.com/metrics-instrumented/metrics-instrumented/blob/main/docs/exporter.md#settings) lists them. They override what was
    /// set before this call, and later calls override them. Labels, networks and credentials are added to those already set.
    ///
    /// If a variable is invalid or empty, [`install`](Self::install) returns [`Error::Environment`] with its name. An address that is in use, or a file of
    /// TLS or views with invalid content, is the error of that setting.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), metrics_instrumented::Error> {
    /// // Port 9000, unless METRICS_INSTRUMENTED_LISTEN is set.
    /// metrics_instrumented::exporter().listen("127.0.0.1:9000").environment().install()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn environment(self) -> Self {
        self.set(|exporter| environment::apply(&mut exporter.settings))
    }

    /// Adds a label to every series that does not have a label of that name. If the name is invalid or set twice, [`install`](Self::install) returns
    /// [`Error::GlobalLabel`].
    pub fn global_label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.global_labels.push((name.into(), value.into()));
        self
    }

    /// Sets the bucket bounds of histograms that are not declared: those of hand-written `histogram!` calls and of other crates. The default is the
    /// one of Prometheus' client libraries: 0.005 to 10.
    pub fn default_buckets(mut self, bounds: impl Into<Vec<f64>>) -> Self {
        self.settings.default_buckets = Some(bounds.into());
        self
    }

    /// Gives histograms that are not declared native buckets, each bound at most this factor times the one before it: 1.1 for quantiles with an error of up
    /// to 10 %. Formats without native buckets show the same values in the classic [`default_buckets`](Self::default_buckets). If those are set, formats with
    /// native buckets contain both. The default is classic buckets only.
    ///
    /// If the factor is not from 1.00272 to 65536, [`install`](Self::install) returns [`Error::Buckets`].
    ///
    /// ```
    /// # fn main() -> Result<(), metrics_instrumented::Error> {
    /// let metrics = metrics_instrumented::exporter().default_native_buckets(1.1).install_recorder()?;
    /// metrics::histogram!("upload_size_bytes").record(1_048_576.0);
    /// # drop(metrics);
    /// # Ok(())
    /// # }
    /// ```
    pub fn default_native_buckets(mut self, factor: f64) -> Self {
        self.settings.native_factor = Some(factor);
        self
    }

    /// Sets the maximum number of zero-initialised series of a family. Families that could have more series show each one only after its first call.
    /// The default is 100. A zero-initialised series lets `rate()` see the first error, but costs memory in Prometheus.
    pub fn zero_series(mut self, most: usize) -> Self {
        self.settings.zero_series = most;
        self
    }

    /// Adds the start timestamps of counters and histograms to `OpenMetrics`, as `_created` lines. The default is off, because Prometheus stores each of
    /// them as one more series, unless it runs with `--enable-feature=created-timestamp-zero-ingestion`. `PrometheusProto` always contains them.
    pub fn created_timestamps(mut self) -> Self {
        self.settings.created = true;
        self
    }

    /// Adds exemplars to the duration buckets of operations, in `OpenMetrics` and `PrometheusProto`. An exemplar is one call that was counted in the
    /// bucket, with the labels that `ask` returns for it: usually the ids of the trace and the span.
    ///
    /// `ask` is called on the thread of the call, when the call ends, about once a second for each order of magnitude of the duration. All other calls
    /// only try to take a lock. Labels with an invalid name are left out, and so is the second label of a name. An exemplar without labels, or with more than
    /// 128 characters, is left out, as `OpenMetrics` requires.
    /// A recorder of [`build`](Self::build) has no exemplars. With `tracing` and OpenTelemetry, use `tracing_exemplars` (feature `tracing`) instead.
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

    /// Adds exemplars with the `trace_id` and `span_id` of the current `tracing` span, as exported by `tracing-opentelemetry`
    /// ([W3C Trace Context](https://www.w3.org/TR/trace-context/): 32 and 16 hexadecimal digits). Spans that are not sampled are left out. Without a
    /// `tracing` span that is exported, the ids come from OpenTelemetry's current context. Costs and limits are those of [`exemplars`](Self::exemplars).
    ///
    /// The program must use `tracing-opentelemetry` 0.34 and `opentelemetry` 0.33; the spans of other versions are not visible here, and no exemplar is
    /// shown. Write `#[instrumented]` above `#[tracing::instrument]`, so that the call ends inside its span.
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

    /// Adds a function that sets gauges on every scrape; see [`Handle::collector`].
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

    /// Adds a gauge that is set on every scrape to what a function returns; see [`Handle::collector_gauge`].
    pub fn collector_gauge<V: Into<Value> + 'static>(
        self,
        name: impl Into<String>,
        limit: Duration,
        gauge: impl Gauge + Send + 'static,
        read: impl FnMut() -> V + Send + 'static,
    ) -> Self {
        self.collector(name, limit, set(gauge, read))
    }

    /// Adds the [process metrics](https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics) of Prometheus' client libraries:
    /// `process_cpu_seconds_total`, `process_resident_memory_bytes`, `process_open_fds`, `process_start_time_seconds` and others. They are a collector
    /// named `process`. On systems that `metrics-process` does not support, such as Android, there are none.
    #[cfg(feature = "process")]
    pub fn process_metrics(self) -> Self {
        self.collector(process::COLLECTOR, process::LIMIT, process::collect())
    }

    /// Pushes the metrics to an [OpenTelemetry collector](https://opentelemetry.io/docs/specs/otlp/#otlphttp) every minute, and a last time when the
    /// exporter is [shut down](crate::Handle::shutdown). Several calls push to several collectors. The environment variables of OpenTelemetry, such as
    /// `OTEL_EXPORTER_OTLP_ENDPOINT`, override what is set here; see [`Otlp`](crate::Otlp) for other settings.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), metrics_instrumented::Error> {
    /// // Listens on no address; `install` does both.
    /// let metrics = metrics_instrumented::exporter().otlp("http://collector:4318").install_recorder()?;
    /// let _pushes_a_last_time = metrics.shutdown_on_drop();
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "otlp")]
    pub fn otlp(mut self, collector: impl Into<Otlp>) -> Self {
        self.settings.otlp.push(collector.into());
        self
    }

    /// Makes a setting, and keeps the first mistake.
    fn set(mut self, set: impl FnOnce(&mut Self) -> Result<(), Error>) -> Self {
        if let Err(mistake) = set(&mut self) {
            self.mistake.get_or_insert(mistake);
        }
        self
    }
}

impl fmt::Debug for Exporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exporter").field("settings", &self.settings).finish_non_exhaustive()
    }
}
