//! Listening sockets: TCP and Unix.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
#[cfg(unix)]
use std::path::PathBuf;

use tokio::io::{AsyncRead, AsyncWrite};

use super::address::Address;
use crate::exporter::error::Error;

/// How many connections may wait to be accepted; systems lower it to what they allow.
const BACKLOG: i32 = 4096;

/// A bound socket, not yet registered with a runtime.
pub(super) enum Bound {
    Tcp(std::net::TcpListener, SocketAddr),
    #[cfg(unix)]
    Unix(std::os::unix::net::UnixListener, Remove),
}

/// The file of a Unix socket, which is removed together with the listener.
#[cfg(unix)]
pub(super) struct Remove(PathBuf);

pub(super) enum Socket {
    Tcp(tokio::net::TcpListener),
    #[cfg(unix)]
    Unix(tokio::net::UnixListener, #[expect(dead_code, reason = "dropping it removes the file")] Remove),
}

/// The stream of a connection: TCP, Unix or TLS.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl Bound {
    /// Binds the sockets of an address: one, or for `localhost` one for each IP version that this system has.
    pub(super) fn all(address: &Address) -> Result<Vec<Self>, Error> {
        let bound = match address {
            Address::Tcp(addresses) => Self::tcp(addresses).map(|bound| vec![bound]),
            Address::AllInterfaces(port) => Self::all_interfaces(*port).map(|bound| vec![bound]),
            Address::Localhost(port) => Self::localhost(*port),
            #[cfg(unix)]
            Address::Unix(path) => {
                remove_stale(path);
                Self::unix(path).map(|bound| vec![bound])
            }
        };
        bound.map_err(|reason| address.error(reason))
    }

    fn tcp(addresses: &[SocketAddr]) -> io::Result<Self> {
        Self::listening(std::net::TcpListener::bind(addresses)?)
    }

    fn listening(socket: std::net::TcpListener) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        Ok(Self::Tcp(socket, address))
    }

    fn all_interfaces(port: u16) -> io::Result<Self> {
        let both = || {
            let socket = socket2::Socket::new(socket2::Domain::IPV6, socket2::Type::STREAM, None)?;
            // By default, a socket of IPv6 accepts no IPv4 on Windows and BSD.
            socket.set_only_v6(false)?;
            // As `std` sets it: a restart need not wait until the connections of the last process have timed out.
            #[cfg(unix)]
            socket.set_reuse_address(true)?;
            socket.bind(&SocketAddr::from((Ipv6Addr::UNSPECIFIED, port)).into())?;
            socket.listen(BACKLOG)?;
            Self::listening(socket.into())
        };
        // A system without IPv6 has the other family.
        both().or_else(|_| Self::tcp(&[(Ipv4Addr::UNSPECIFIED, port).into()]))
    }

    fn localhost(port: u16) -> io::Result<Vec<Self>> {
        let first = Self::tcp(&[(Ipv4Addr::LOCALHOST, port).into()])?;
        // For port 0, both use the same free port.
        let port = first.local_addr().map_or(port, |address| address.port());
        match Self::tcp(&[(Ipv6Addr::LOCALHOST, port).into()]) {
            Ok(second) => Ok(vec![first, second]),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(error),
            // This system has no IPv6.
            Err(_) => Ok(vec![first]),
        }
    }

    #[cfg(unix)]
    fn unix(path: &std::path::Path) -> io::Result<Self> {
        let socket = std::os::unix::net::UnixListener::bind(path)?;
        // The program may change its working directory.
        let remove = Remove(std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
        socket.set_nonblocking(true)?;
        Ok(Self::Unix(socket, remove))
    }

    pub(super) fn local_addr(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(_, address) => Some(*address),
            #[cfg(unix)]
            Self::Unix(..) => None,
        }
    }

    /// Registers the socket with the current runtime.
    pub(super) fn into_socket(self) -> io::Result<Socket> {
        Ok(match self {
            Self::Tcp(socket, _) => Socket::Tcp(tokio::net::TcpListener::from_std(socket)?),
            #[cfg(unix)]
            Self::Unix(socket, remove) => Socket::Unix(tokio::net::UnixListener::from_std(socket)?, remove),
        })
    }
}

impl Socket {
    /// Accepts the next connection; returns its stream and, for TCP, the client's address.
    pub(super) async fn accept(&self) -> io::Result<(Box<dyn Stream>, Option<IpAddr>)> {
        match self {
            Self::Tcp(socket) => {
                let (stream, peer) = socket.accept().await?;
                // Responses are written in one piece, so delaying packets has no benefit.
                let _ = stream.set_nodelay(true);
                Ok((Box::new(stream), Some(peer.ip().to_canonical())))
            }
            #[cfg(unix)]
            Self::Unix(socket, _) => Ok((Box::new(socket.accept().await?.0), None)),
        }
    }
}

/// Removes the socket file of a process that was killed: no process listens on it.
#[cfg(unix)]
fn remove_stale(path: &std::path::Path) {
    use std::os::unix::fs::FileTypeExt;
    use std::os::unix::net::UnixStream;

    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket());
    let refused = || UnixStream::connect(path).is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused);
    if is_socket && refused() {
        // If it cannot be removed, `bind` returns the error.
        let _ = std::fs::remove_file(path);
    }
}

#[cfg(unix)]
impl Drop for Remove {
    fn drop(&mut self) {
        // The file may already have been removed.
        let _ = std::fs::remove_file(&self.0);
    }
}
