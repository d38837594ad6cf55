//! The NVMe target: a small TCP server on loopback, with one line of protocol.
//!
//! A host says `connect <volume> <key>`, the target answers `ok` or `refused: <why>`. A session lasts as long as its
//! TCP connection.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// The longest line that a host may say.
const LONGEST_LINE: u64 = 1024;

/// The key that the target accepts.
pub(super) const HOST_KEY: &str = "host-key";

/// A running target; dropping it ends it and every session.
#[derive(Debug)]
pub(super) struct Target {
    addr: SocketAddr,
    sessions: Arc<AtomicUsize>,
    server: JoinHandle<()>,
}

impl Target {
    /// Starts a target on a free port of loopback.
    pub(super) async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let addr = listener.local_addr()?;
        let sessions = Arc::default();
        let server = tokio::spawn(accept(listener, Arc::clone(&sessions)));
        Ok(Self { addr, sessions, server })
    }

    /// Where it listens.
    pub(super) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// How many sessions are open.
    pub(super) fn sessions(&self) -> usize {
        self.sessions.load(Ordering::Relaxed)
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Serves hosts; the sessions end with this future.
async fn accept(listener: TcpListener, sessions: Arc<AtomicUsize>) {
    let mut running = JoinSet::new();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => {
                running.spawn(serve(stream, Arc::clone(&sessions)));
            }
            Some(_) = running.join_next() => {}
        }
    }
}

/// One session, from the greeting to the end of the connection.
async fn serve(stream: TcpStream, sessions: Arc<AtomicUsize>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    (&mut stream).take(LONGEST_LINE).read_line(&mut line).await?;
    let refusal = match line.split_whitespace().collect::<Vec<_>>()[..] {
        ["connect", _, HOST_KEY] => None,
        ["connect", _, _] => Some("this host's key is not allowed"),
        _ => Some("this is not NVMe"),
    };
    if let Some(why) = refusal {
        return stream.write_all(format!("refused: {why}\n").as_bytes()).await;
    }
    let _session = Session::open(sessions);
    stream.write_all(b"ok\n").await?;
    tokio::io::copy(&mut stream, &mut tokio::io::sink()).await.map(drop)
}

/// Counts a session for as long as it lives.
struct Session(Arc<AtomicUsize>);

impl Session {
    fn open(sessions: Arc<AtomicUsize>) -> Self {
        sessions.fetch_add(1, Ordering::Relaxed);
        Self(sessions)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
