//! What is listened on: a TCP port or a Unix socket.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
#[cfg(unix)]
use std::path::PathBuf;

use tokio::io::{AsyncRead, AsyncWrite};

use super::address::Address;
use crate::exporter::error::Error;

/// How many connections may wait to be accepted; systems lower it to what they allow.
const BACKLOG: i32 = 4096;

/// A socket that is bound, before there is a runtime.
pub(super) enum Bound {
    Tcp(std::net::TcpListener, SocketAddr),
    #[cfg(unix)]
    Unix(std::os::unix::net::UnixListener, Remove),
}

/// The file of a Unix socket; it goes with the listener.
#[cfg(unix)]
pub(super) struct Remove(PathBuf);

pub(super) enum Socket {
    Tcp(tokio::net::TcpListener),
    #[cfg(unix)]
    Unix(tokio::net::UnixListener, #[expect(dead_code, reason = "its drop is its use")] Remove),
}

/// A connection's stream, whatever it is.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl Bound {
    /// The sockets of an address: one, or for `localhost` one of each family that this system has.
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
        // Port 0 is the same free one in both.
        let port = first.local_addr().map_or(port, |address| address.port());
        match Self::tcp(&[(Ipv6Addr::LOCALHOST, port).into()]) {
            Ok(second) => Ok(vec![first, second]),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(error),
            // There is no IPv6 here.
            Err(_) => Ok(vec![first]),
        }
    }

    #[cfg(unix)]
    fn unix(path: &std::path::Path) -> io::Result<Self> {
        let socket = std::os::unix::net::UnixListener::bind(path)?;
        let remove = Remove(path.to_owned());
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

    /// In a runtime.
    pub(super) fn into_socket(self) -> io::Result<Socket> {
        Ok(match self {
            Self::Tcp(socket, _) => Socket::Tcp(tokio::net::TcpListener::from_std(socket)?),
            #[cfg(unix)]
            Self::Unix(socket, remove) => Socket::Unix(tokio::net::UnixListener::from_std(socket)?, remove),
        })
    }
}

impl Socket {
    /// The next connection, and where it comes from, if that has an address.
    pub(super) async fn accept(&self) -> io::Result<(Box<dyn Stream>, Option<IpAddr>)> {
        match self {
            Self::Tcp(socket) => {
                let (stream, peer) = socket.accept().await?;
                // An answer is written at once; there is nothing to wait for.
                let _ = stream.set_nodelay(true);
                Ok((Box::new(stream), Some(peer.ip().to_canonical())))
            }
            #[cfg(unix)]
            Self::Unix(socket, _) => Ok((Box::new(socket.accept().await?.0), None)),
        }
    }
}

/// A process that was killed leaves its socket's file behind, on which nobody listens.
#[cfg(unix)]
fn remove_stale(path: &std::path::Path) {
    use std::os::unix::fs::FileTypeExt;
    use std::os::unix::net::UnixStream;

    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket());
    let refused = || UnixStream::connect(path).is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused);
    if is_socket && refused() {
        // If it stays, binding returns the reason.
        let _ = std::fs::remove_file(path);
    }
}

#[cfg(unix)]
impl Drop for Remove {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = std::fs::remove_file(&self.0);
    }
}
