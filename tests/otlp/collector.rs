//! A scripted collector, which stores the requests that it received.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use flate2::read::GzDecoder;
use prost::Message;

use crate::proto::Request;

/// What is answered to one request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    Status(u16),
    /// With `Retry-After`.
    RetryAfter(u16, &'static str),
    /// The connection is closed without an answer.
    Close,
    /// 200, with this body.
    Body(&'static [u8]),
    /// A redirect to `/login`.
    Redirect(u16),
    /// Another status, with this body.
    Refusal(u16, &'static [u8]),
}

/// A request that was received.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// In small letters.
    pub(crate) head: String,
    pub(crate) request: Request,
    pub(crate) at: Instant,
    pub(crate) is_accepted: bool,
}

/// Answers each request with the next of its answers, and 200 when there are no more.
pub(crate) struct Collector {
    address: SocketAddr,
    /// Which answer is the next.
    position: Arc<AtomicUsize>,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Collector {
    pub(crate) fn with(answers: &'static [Answer]) -> Self {
        Self::new(answers, 1)
    }

    /// Repeats each answer until [`Self::advance`] is called.
    pub(crate) fn repeating(answers: &'static [Answer]) -> Self {
        Self::new(answers, 0)
    }

    /// Goes on to the next answer.
    pub(crate) fn advance(&self) {
        self.position.fetch_add(1, Relaxed);
    }

    fn new(answers: &'static [Answer], step: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::<Mutex<Vec<Received>>>::default();
        let seen = Arc::clone(&received);
        let position = Arc::<AtomicUsize>::default();
        let next = Arc::clone(&position);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some((head, body)) = read(&mut stream) else { continue };
                let answer = *answers.get(next.fetch_add(step, Relaxed)).unwrap_or(&Answer::Status(200));
                let is_accepted = matches!(answer, Answer::Status(200) | Answer::Body(_));
                let request = Request::decode(&*plain(&head, &body)).expect("a message of the definition");
                seen.lock().unwrap().push(Received { head, request, at: Instant::now(), is_accepted });
                let (status, header, body): (u16, String, &[u8]) = match answer {
                    Answer::Close => continue,
                    Answer::Status(status) => (status, String::new(), b""),
                    Answer::RetryAfter(status, after) => (status, format!("retry-after: {after}\r\n"), b""),
                    Answer::Redirect(status) => (status, "location: /login\r\n".to_owned(), b""),
                    Answer::Body(body) => (200, String::new(), body),
                    Answer::Refusal(status, body) => (status, String::new(), body),
                };
                let length = body.len();
                let head =
                    format!("HTTP/1.1 {status} X\r\n{header}content-length: {length}\r\nconnection: close\r\n\r\n");
                let _ = stream.write_all(&[head.as_bytes(), body].concat());
            }
        });
        Self { address, position, received }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Those that were answered with 200.
    pub(crate) fn accepted(&self) -> Vec<Request> {
        let received = self.received();
        received.into_iter().filter(|received| received.is_accepted).map(|received| received.request).collect()
    }
}

fn plain(head: &str, body: &[u8]) -> Vec<u8> {
    // A redirected request has no body.
    if body.is_empty() || !head.contains("content-encoding: gzip") {
        return body.to_vec();
    }
    let mut plain = Vec::new();
    GzDecoder::new(body).read_to_end(&mut plain).unwrap();
    plain
}

fn read(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let read = stream.read(&mut chunk).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&chunk[..read]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length: usize =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
        while bytes.len() < end + 4 + length {
            let read = stream.read(&mut chunk).ok().filter(|read| *read > 0)?;
            bytes.extend_from_slice(&chunk[..read]);
        }
        return Some((head, bytes[end + 4..].to_vec()));
    }
}
