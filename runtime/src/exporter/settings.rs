//! The settings of an exporter.

use std::net::IpAddr;
#[cfg(any(feature = "tls", feature = "views"))]
use std::path::PathBuf;

use ipnet::IpNet;

use super::error::Error;
use super::http::credentials::Credentials;
use super::http::paths::check_path;
use super::listener::address::Address;
use super::listener::admission::Admission;
use super::listener::limits::Limits;
#[cfg(feature = "tls")]
use super::listener::tls::Tls;
#[cfg(feature = "otlp")]
use super::otlp::settings::Otlp;
use super::registry::sink::Sink;
use crate::meta::Native;
use crate::names::{
    DEFAULT_BUCKETS, NATIVE_FACTOR_ERROR, ZERO_SERIES_LIMIT, buckets_message, label_name_error, native_schema,
};

/// The settings of an exporter.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) address: Option<Address>,
    pub(super) path: String,
    pub(super) credentials: Credentials,
    pub(super) networks: Vec<IpNet>,
    pub(super) limits: Limits,
    /// The files of certificate and key.
    #[cfg(feature = "tls")]
    pub(super) tls: Option<(PathBuf, PathBuf)>,
    /// The file of views.
    #[cfg(feature = "views")]
    pub(super) views: Option<PathBuf>,
    pub(super) global_labels: Vec<(String, String)>,
    pub(super) default_buckets: Option<Vec<f64>>,
    /// The growth factor of the native buckets of histograms that are not declared.
    pub(super) native_factor: Option<f64>,
    pub(super) zero_series: usize,
    pub(super) created: bool,
    /// Whether browsers get the live page at `/`.
    pub(super) page: bool,
    /// The collectors that metrics are pushed to.
    #[cfg(feature = "otlp")]
    pub(super) otlp: Vec<Otlp>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            address: None,
            path: "/metrics".to_owned(),
            credentials: Credentials::default(),
            networks: Vec::new(),
            limits: Limits::default(),
            #[cfg(feature = "tls")]
            tls: None,
            #[cfg(feature = "views")]
            views: None,
            global_labels: Vec::new(),
            default_buckets: None,
            native_factor: None,
            zero_series: ZERO_SERIES_LIMIT,
            created: false,
            page: true,
            #[cfg(feature = "otlp")]
            otlp: Vec::new(),
        }
    }
}

impl Settings {
    pub(super) fn check(&self) -> Result<(), Error> {
        check_path(&self.path).map_err(|reason| Error::setting(format!("the path `{}`", self.path), reason))?;
        #[cfg(feature = "tls")]
        if self
            .tls
            .as_ref()
            .is_some_and(|(certificate, key)| certificate.as_os_str().is_empty() || key.as_os_str().is_empty())
        {
            return Err(Error::setting("TLS", "needs both a certificate file and a key file; set the missing one"));
        }
        self.limits.check()
    }

    /// The buckets of histograms that are not declared: the bounds of classic ones, and the native ones.
    pub(super) fn buckets(&self) -> Result<(&[f64], Option<Native>), Error> {
        let bounds = self.default_buckets.as_deref().unwrap_or(DEFAULT_BUCKETS);
        if let Some((at, reason)) = buckets_message(bounds) {
            let bound = bounds.get(at).map_or_else(String::new, |bound| format!("`{bound}`: "));
            return Err(Error::Buckets { reason: format!("{bound}{reason}") });
        }
        let native = |factor| {
            let schema = native_schema(factor);
            let schema =
                schema.ok_or_else(|| Error::Buckets { reason: format!("`{factor}`: {NATIVE_FACTOR_ERROR}") })?;
            Ok(Native { schema, classic: self.default_buckets.is_some() })
        };
        Ok((bounds, self.native_factor.map(native).transpose()?))
    }

    /// Loads the TLS files.
    #[cfg_attr(
        not(feature = "tls"),
        allow(clippy::unnecessary_wraps, unused_variables, reason = "fails with TLS only")
    )]
    pub(super) fn admission(&self, sink: &Sink) -> Result<Admission, Error> {
        #[cfg(feature = "tls")]
        let tls = match &self.tls {
            Some((certificate, key)) => Some(Tls::new(certificate.clone(), key.clone(), sink)?),
            None => None,
        };
        Ok(Admission::new(
            self.networks.clone(),
            self.limits,
            #[cfg(feature = "tls")]
            tls,
        ))
    }
}

/// Returns what is wrong with the name of another global label.
pub(super) fn global_label_error(earlier: &[(String, String)], name: &str) -> Option<&'static str> {
    let is_double = earlier.iter().any(|(earlier, _)| earlier == name);
    label_name_error(name).or_else(|| is_double.then_some("it is set twice; remove one of the two"))
}

/// A network such as `10.0.0.0/8`, or a single address.
pub(super) fn parse_network(text: &str) -> Result<IpNet, Error> {
    let parsed = text.parse().or_else(|error| text.parse::<IpAddr>().map(IpNet::from).map_err(|_| error));
    parsed.map_err(|_| {
        Error::setting(
            format!("the network `{text}`"),
            "is not valid; expected a network such as `10.0.0.0/8` or `fd00::/8`, or an address such as `192.0.2.1`",
        )
    })
}
