//! What was said about serving, before it is checked, and who is let in, after.

use std::net::IpAddr;
#[cfg(feature = "tls")]
use std::path::PathBuf;

use ipnet::IpNet;

use super::Error;
use super::address::Address;
use super::endpoint::{Credentials, HEALTH, READY};
use super::limits::Limits;
#[cfg(feature = "tls")]
use super::listener::Tls;
use super::recorder::Sink;

/// The settings of serving.
#[derive(Debug)]
pub(super) struct Serving {
    pub(super) address: Option<Address>,
    pub(super) path: String,
    pub(super) credentials: Credentials,
    pub(super) networks: Vec<IpNet>,
    pub(super) limits: Limits,
    /// Certificate and key.
    #[cfg(feature = "tls")]
    pub(super) tls: Option<(PathBuf, PathBuf)>,
}

/// Whom a listener lets in, and how.
#[derive(Clone)]
pub(super) struct Admission {
    networks: Vec<IpNet>,
    pub(super) limits: Limits,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<Tls>,
}

impl Default for Serving {
    fn default() -> Self {
        Self {
            address: None,
            path: "/metrics".to_owned(),
            credentials: Credentials::default(),
            networks: Vec::new(),
            limits: Limits::default(),
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}

impl Serving {
    pub(super) fn check(&self) -> Result<(), Error> {
        check_path(&self.path).map_err(|reason| Error::setting(format!("the path `{}`", self.path), reason))?;
        #[cfg(feature = "tls")]
        if self
            .tls
            .as_ref()
            .is_some_and(|(certificate, key)| certificate.as_os_str().is_empty() || key.as_os_str().is_empty())
        {
            return Err(Error::setting("TLS", "it needs a certificate's file and a key's"));
        }
        self.limits.check()
    }

    /// Files are read now.
    #[cfg_attr(
        not(feature = "tls"),
        allow(clippy::unnecessary_wraps, unused_variables, reason = "fails with TLS only")
    )]
    pub(super) fn admission(&self, sink: &Sink) -> Result<Admission, Error> {
        Ok(Admission {
            networks: self.networks.clone(),
            limits: self.limits,
            #[cfg(feature = "tls")]
            tls: match &self.tls {
                Some((certificate, key)) => Some(Tls::new(certificate.clone(), key.clone(), sink)?),
                None => None,
            },
        })
    }
}

impl Admission {
    pub(super) fn admits(&self, peer: IpAddr) -> bool {
        self.networks.is_empty() || self.networks.iter().any(|network| network.contains(&peer))
    }
}

/// A network such as `10.0.0.0/8`, or a single address.
pub(super) fn network(text: &str) -> Result<IpNet, Error> {
    let parsed = text.parse().or_else(|error| text.parse::<IpAddr>().map(IpNet::from).map_err(|_| error));
    parsed.map_err(|_| {
        Error::setting(format!("the network `{text}`"), "it is like `10.0.0.0/8`, `fd00::/8` or `192.0.2.1`")
    })
}

fn check_path(path: &str) -> Result<(), &'static str> {
    if !path.starts_with('/') {
        return Err("it starts with `/`");
    }
    if !path.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#')) {
        return Err("it is made of visible ASCII characters without `?` and `#`, as a URL has it");
    }
    if path == HEALTH || path == READY {
        return Err("that is where the orchestrator's probes ask; choose another one");
    }
    Ok(())
}
