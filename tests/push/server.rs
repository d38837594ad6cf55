//! A scripted gateway, which stores the requests that it received; with TLS or without.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Answers each request with the next of its statuses.
pub(crate) struct Answering {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

impl Answering {
    pub(crate) fn with(statuses: &'static [u16]) -> Self {
        Self::start(statuses, |stream| Box::new(stream))
    }

    pub(crate) fn with_tls(statuses: &'static [u16], config: Arc<ServerConfig>) -> Self {
        Self::start(statuses, move |stream| {
            let connection = ServerConnection::new(Arc::clone(&config)).expect("a usable configuration");
            Box::new(StreamOwned::new(connection, stream))
        })
    }

    fn start(statuses: &'static [u16], wrap: impl Fn(TcpStream) -> Box<dyn Stream> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&heads);
        thread::spawn(move || {
            let mut statuses = statuses.iter();
            for stream in listener.incoming() {
                let mut stream = wrap(stream.unwrap());
                // A client that does not trust it says nothing.
                let Some(head) = head(&mut stream) else { continue };
                seen.lock().unwrap().push(head);
                let Some(status) = statuses.next() else { return };
                // A redirect is one to a page that is answered with the next status.
                let location = if matches!(status, 300..400) { "location: /login\r\n" } else { "" };
                let answer =
                    format!("HTTP/1.1 {status} X\r\n{location}content-length: 6\r\nconnection: close\r\n\r\nagain\n");
                stream.write_all(answer.as_bytes()).unwrap();
                stream.flush().unwrap();
            }
        });
        Self { address, heads }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The heads of the requests so far, in small letters.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// The head of a request that was read with its body; nothing, if it never came.
fn head(stream: &mut dyn Stream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let read = stream.read(&mut chunk).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&chunk[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some(head);
        }
    }
}
