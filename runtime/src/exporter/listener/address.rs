//! Where a listener listens.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
#[cfg(unix)]
use std::path::PathBuf;

use crate::exporter::error::Error;

/// Where it listens if nothing is said: the loopback interface only.
const DEFAULT: &str = "127.0.0.1:9000";

#[derive(Clone, Debug)]
pub(in crate::exporter) enum Address {
    /// The first one that is free.
    Tcp(Vec<SocketAddr>),
    #[cfg(unix)]
    Unix(PathBuf),
}

impl Address {
    pub(in crate::exporter) fn tcp(address: impl ToSocketAddrs) -> Result<Self, Error> {
        let addresses = address.to_socket_addrs().map_err(|reason| Error::Listen { address: None, reason })?;
        Ok(Self::Tcp(addresses.collect()))
    }

    pub(in crate::exporter) fn default() -> Result<Self, Error> {
        Self::tcp(DEFAULT)
    }

    /// `host:port`, or `unix:` and a path.
    pub(in crate::exporter) fn parse(text: &str) -> Result<Self, Error> {
        #[cfg(unix)]
        if let Some(path) = text.strip_prefix("unix:") {
            return Ok(Self::Unix(path.into()));
        }
        Self::tcp(text)
    }

    /// That it cannot be listened on.
    pub(in crate::exporter) fn error(&self, reason: io::Error) -> Error {
        let address = match self {
            Self::Tcp(addresses) => {
                let names: Vec<String> = addresses.iter().map(ToString::to_string).collect();
                (!names.is_empty()).then(|| names.join(", "))
            }
            #[cfg(unix)]
            Self::Unix(path) => Some(path.display().to_string()),
        };
        Error::Listen { address, reason }
    }
}
