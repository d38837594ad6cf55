//! The addresses that a listener can listen on.

use std::fmt::Display;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6, ToSocketAddrs};
#[cfg(unix)]
use std::path::PathBuf;

use crate::exporter::error::Error;

/// The default address: the loopback interface only.
const DEFAULT: &str = "127.0.0.1:9000";

/// An address for [`Exporter::listen`](crate::Exporter::listen): everything that implements [`ToSocketAddrs`], with two special strings.
///
/// | string | listens on |
/// | --- | --- |
/// | `":9000"` | all interfaces, IPv6 and IPv4; `"[::]:9000"` is IPv6 only on Windows and BSD |
/// | `"localhost:9000"` | the loopback interface, IPv6 and IPv4, independent of the system's name resolution |
/// | another name, or a list of addresses | the first address that is available |
pub trait ListenAddress {
    #[doc(hidden)]
    fn address(&self) -> io::Result<Address>;
}

/// A resolved address.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub enum Address {
    /// The first available one of these.
    Tcp(Vec<SocketAddr>),
    /// All interfaces, IPv6 and IPv4.
    AllInterfaces(u16),
    /// The loopback addresses of every IP version that this system has.
    Localhost(u16),
    #[cfg(unix)]
    Unix(PathBuf),
}

fn lookup<A: ToSocketAddrs + ?Sized>(address: &A) -> io::Result<Address> {
    Ok(Address::Tcp(address.to_socket_addrs()?.collect()))
}

/// The error of a look-up with the address that was looked up, which the system's message does not contain.
fn with_value(error: &io::Error, address: impl Display) -> io::Error {
    let text = format!(
        "{error}: `{address}`; expected an IP address, or a name that can be resolved, with a port, such as `127.0.0.1:9000`"
    );
    io::Error::new(error.kind(), text)
}

impl ListenAddress for str {
    fn address(&self) -> io::Result<Address> {
        let port = |prefix| self.strip_prefix(prefix).and_then(|port: &str| port.parse().ok());
        if let Some(port) = port(":") {
            return Ok(Address::AllInterfaces(port));
        }
        #[cfg(not(unix))]
        if self.starts_with("unix:") {
            return Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "this system has no Unix sockets; listen on a port, such as `127.0.0.1:9000`",
            ));
        }
        if let Some(port) = port("localhost:") {
            return Ok(Address::Localhost(port));
        }
        lookup(self).map_err(|error| match self.strip_prefix("unix:") {
            Some(_) => io::Error::new(error.kind(), format!("`{self}` is not a TCP address; use `listen_unix`")),
            None => with_value(&error, self),
        })
    }
}

impl ListenAddress for String {
    fn address(&self) -> io::Result<Address> {
        self.as_str().address()
    }
}

impl<A: ListenAddress + ?Sized> ListenAddress for &A {
    fn address(&self) -> io::Result<Address> {
        (**self).address()
    }
}

macro_rules! looked_up {
    ($($address:ty),*) => {$(
        impl ListenAddress for $address {
            fn address(&self) -> io::Result<Address> {
                lookup(self)
            }
        }
    )*};
}

looked_up! {
    SocketAddr, SocketAddrV4, SocketAddrV6, (IpAddr, u16), (Ipv4Addr, u16), (Ipv6Addr, u16)
}

impl ListenAddress for (&str, u16) {
    fn address(&self) -> io::Result<Address> {
        lookup(self).map_err(|error| with_value(&error, format_args!("{}:{}", self.0, self.1)))
    }
}

impl ListenAddress for (String, u16) {
    fn address(&self) -> io::Result<Address> {
        (self.0.as_str(), self.1).address()
    }
}

impl ListenAddress for [SocketAddr] {
    fn address(&self) -> io::Result<Address> {
        lookup(&self)
    }
}

impl Address {
    pub(in crate::exporter) fn tcp(address: impl ListenAddress) -> Result<Self, Error> {
        address.address().map_err(|reason| Error::Listen { address: None, reason })
    }

    pub(in crate::exporter) fn default() -> Result<Self, Error> {
        Self::tcp(DEFAULT)
    }

    /// A Unix socket. An empty path is an error: the system would choose a name that no client can know.
    #[cfg(unix)]
    pub(in crate::exporter) fn unix(path: impl Into<PathBuf>) -> Result<Self, Error> {
        let path = path.into();
        let invalid = |address, text: &str| {
            Err(Error::Listen { address, reason: io::Error::new(io::ErrorKind::InvalidInput, text) })
        };
        if path.as_os_str().is_empty() {
            return invalid(None, "the path is empty; set that of a socket, such as `/run/app/metrics.sock`");
        }
        let shown = || Some(path.display().to_string());
        if path.as_os_str().as_encoded_bytes().contains(&0) {
            return invalid(shown(), "the path contains a NUL byte; remove it");
        }
        // Nothing else is checked there.
        if std::os::unix::net::SocketAddr::from_pathname(&path).is_err() {
            return invalid(shown(), "the path is longer than the system allows for a Unix socket; use a shorter one");
        }
        Ok(Self::Unix(path))
    }

    /// `host:port`, or `unix:` and a path.
    pub(in crate::exporter) fn parse(text: &str) -> Result<Self, Error> {
        #[cfg(unix)]
        if let Some(path) = text.strip_prefix("unix:") {
            return Self::unix(path);
        }
        Self::tcp(text)
    }

    /// The error of a failed attempt to listen there.
    pub(in crate::exporter) fn error(&self, reason: io::Error) -> Error {
        let address = match self {
            Self::Tcp(addresses) => {
                let names: Vec<String> = addresses.iter().map(ToString::to_string).collect();
                (!names.is_empty()).then(|| names.join(", "))
            }
            Self::AllInterfaces(port) => Some(format!(":{port}")),
            Self::Localhost(port) => Some(format!("localhost:{port}")),
            #[cfg(unix)]
            Self::Unix(path) => Some(path.display().to_string()),
        };
        Error::Listen { address, reason }
    }
}
