//! Limits of connections, requests and times.

use std::time::Duration;

use crate::exporter::error::Error;

/// Limits of the exporter's listeners. They bound the memory and the connections that clients can occupy.
///
/// ```
/// use std::time::Duration;
/// use metrics_instrumented::Limits;
///
/// let exporter = metrics_instrumented::exporter().limits(Limits { connections: 64, ..Limits::default() });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Maximum number of open connections. If the limit is reached, a new connection replaces the one that has been idle for longest; if none is idle,
    /// the new connection is closed. The default is 256.
    pub connections: usize,
    /// Maximum size of a request head in bytes, at least 8,192. Longer requests get status 431. The default is 16,384.
    pub header_bytes: usize,
    /// Time limit for receiving a request head, and for the TLS handshake. The default is 10 seconds.
    pub head_time: Duration,
    /// Time limit for a response, until the client has read all of it. The default is 30 seconds.
    pub request_time: Duration,
    /// Time after which an idle connection is closed. The default is 2 minutes.
    pub idle_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 256,
            header_bytes: 16 * 1024,
            head_time: Duration::from_secs(10),
            request_time: Duration::from_secs(30),
            idle_time: Duration::from_secs(120),
        }
    }
}

impl Limits {
    pub(in crate::exporter) fn check(&self) -> Result<(), Error> {
        let is_wrong = [
            ("connections", self.connections == 0, "must be at least 1"),
            ("header_bytes", self.header_bytes < 8192, "must be at least 8192 bytes"),
            ("head_time", self.head_time.is_zero(), "must be greater than zero"),
            ("request_time", self.request_time.is_zero(), "must be greater than zero"),
            ("idle_time", self.idle_time.is_zero(), "must be greater than zero"),
        ];
        match is_wrong.into_iter().find(|(_, wrong, _)| *wrong) {
            Some((limit, _, reason)) => Err(Error::setting(format!("the limit `{limit}`"), reason)),
            None => Ok(()),
        }
    }
}
