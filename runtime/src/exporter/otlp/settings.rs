//! The settings of pushes by OTLP.

use std::fmt;
#[cfg(feature = "tls")]
use std::path::PathBuf;
use std::time::Duration;

use crate::exporter::client::{Client, check_url, parse_url};
use crate::exporter::error::{Error, MUST_NOT_BE_ZERO};

/// An OpenTelemetry collector that metrics are pushed to; see [`Exporter::otlp`](crate::Exporter::otlp).
///
/// The variables of [OpenTelemetry](https://opentelemetry.io/docs/specs/otel/protocol/exporter/) override these settings: `OTEL_EXPORTER_OTLP_ENDPOINT`,
/// `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_SERVICE_NAME` and others, all of which are in
/// [a table](https://github.com/metrics-instrumented/metrics-instrumented/blob/main/docs/exporter.md#opentelemetry).
///
/// ```no_run
/// use std::time::Duration;
/// use metrics_instrumented::Otlp;
///
/// let collector = Otlp::new("http://collector:4318").attribute("deployment.environment.name", "prod").interval(Duration::from_secs(15));
/// let metrics = metrics_instrumented::exporter().otlp(collector).install_recorder()?;
/// # Ok::<(), metrics_instrumented::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "nothing is pushed before `Exporter::otlp` has it"]
pub struct Otlp {
    /// The base of the URL, or the whole URL of the variable for metrics.
    pub(super) endpoint: String,
    /// Whether the endpoint is the whole URL.
    pub(super) is_whole: bool,
    pub(super) headers: Vec<(String, String)>,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) interval: Duration,
    pub(super) timeout: Duration,
    pub(super) is_delta: bool,
    pub(super) compresses: bool,
    #[cfg(feature = "tls")]
    pub(super) ca: Option<PathBuf>,
}

impl Otlp {
    /// Returns a collector at a URL such as `"http://collector:4318"`, or `https` with the feature `tls`. `/v1/metrics` is appended to it.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            endpoint: url.into(),
            is_whole: false,
            headers: Vec::new(),
            attributes: Vec::new(),
            interval: Duration::from_secs(60),
            timeout: Duration::from_secs(10),
            is_delta: false,
            compresses: cfg!(feature = "gzip"),
            #[cfg(feature = "tls")]
            ca: None,
        }
    }

    /// Sends a header, for instance with a credential. If several have the same name, the last one is sent.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        set(&mut self.headers, name.into().to_ascii_lowercase(), value.into());
        self
    }

    /// Sets an attribute of the resource, for instance `deployment.environment.name`. The default of `service.name` is
    /// `unknown_service:` followed by the name of the executable.
    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        set(&mut self.attributes, name.into(), value.into());
        self
    }

    /// Sets the time between two pushes. The default is 60 seconds.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Sets the time limit of one attempt. The default is 10 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Pushes what was recorded since the last push that the collector acknowledged, instead of the totals.
    pub fn delta(mut self) -> Self {
        self.is_delta = true;
        self
    }

    /// Sets whether requests are compressed with gzip. By default they are, with the feature `gzip`.
    #[cfg(feature = "gzip")]
    pub fn compression(mut self, compresses: bool) -> Self {
        self.compresses = compresses;
        self
    }

    /// Trusts only the certificates in this PEM file.
    #[cfg(feature = "tls")]
    pub fn certificate_authority(mut self, file: impl Into<PathBuf>) -> Self {
        self.ca = Some(file.into());
        self
    }

    /// Checks the endpoint, and returns the whole URL.
    pub(super) fn url(&self) -> Result<String, Error> {
        const WHAT: &str = "the URL of the OpenTelemetry collector";
        check_url(WHAT, &self.endpoint, "http://collector:4318", "a header")?;
        let url = if self.is_whole {
            self.endpoint.clone()
        } else {
            // A query stays behind the path.
            let (base, query) = self.endpoint.split_at(self.endpoint.find('?').unwrap_or(self.endpoint.len()));
            format!("{}/v1/metrics{query}", base.trim_end_matches('/'))
        };
        parse_url(WHAT, &url)?;
        Ok(url)
    }

    /// Checks the settings.
    pub(super) fn resolved(mut self) -> Result<Resolved, Error> {
        let url = self.url()?;
        for (name, value) in &self.headers {
            if let Some(reason) = header_error(name, value) {
                return Err(Error::setting(format!("the header `{name}`"), reason));
            }
        }
        for (what, time) in [("interval", self.interval), ("timeout", self.timeout)] {
            if time.is_zero() {
                return Err(Error::setting(format!("the {what} of OTLP pushes"), MUST_NOT_BE_ZERO));
            }
        }
        if self.attributes.iter().any(|(name, _)| name.is_empty()) {
            return Err(Error::setting("an attribute of the resource", "has no name; give it one"));
        }
        if !self.attributes.iter().any(|(name, _)| name == "service.name") {
            self.attributes.push(("service.name".to_owned(), executable()));
        }
        self.attributes.sort();
        #[cfg(feature = "tls")]
        let ca = self.ca.as_deref();
        #[cfg(not(feature = "tls"))]
        let ca = None;
        let client = Client::new(self.timeout, ca)?;
        Ok(Resolved { url, client, settings: self })
    }
}

/// Checked settings, and a client that uses them.
pub(super) struct Resolved {
    pub(super) url: String,
    pub(super) client: Client,
    pub(super) settings: Otlp,
}

/// Returns what is wrong with a header, without its value, which is a secret.
pub(super) fn header_error(name: &str, value: &str) -> Option<&'static str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let is_value = |c: char| c == '\t' || (' '..='~').contains(&c);
    if name.is_empty() || !name.chars().all(is_name) {
        return Some("is not a valid header name; use letters, digits and `-`");
    }
    (!value.chars().all(is_value)).then_some("has a value with characters that are not visible ASCII; remove them")
}

/// Replaces the value of a name, or adds it.
pub(super) fn set(pairs: &mut Vec<(String, String)>, name: String, value: String) {
    match pairs.iter_mut().find(|(known, _)| *known == name) {
        Some((_, known)) => *known = value,
        None => pairs.push((name, value)),
    }
}

/// Returns the default name of a service, as specified.
fn executable() -> String {
    let name = std::env::current_exe().ok().and_then(|path| Some(path.file_stem()?.to_string_lossy().into_owned()));
    name.map_or_else(|| "unknown_service".to_owned(), |name| format!("unknown_service:{name}"))
}

impl From<&str> for Otlp {
    fn from(url: &str) -> Self {
        Self::new(url)
    }
}

impl From<String> for Otlp {
    fn from(url: String) -> Self {
        Self::new(url)
    }
}

impl fmt::Debug for Otlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither the URL, which might contain a password, nor the headers.
        f.debug_struct("Otlp")
            .field("attributes", &self.attributes)
            .field("interval", &self.interval)
            .field("is_delta", &self.is_delta)
            .finish_non_exhaustive()
    }
}
