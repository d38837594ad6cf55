//! What a listener allows a connection.

use std::time::Duration;

use crate::exporter::error::Error;

/// How much a listener allows. No client can hold more than this, whatever it sends or does not read.
///
/// ```
/// use std::time::Duration;
/// use metrics_instrumented::Limits;
///
/// let exporter = metrics_instrumented::exporter().limits(Limits { connections: 64, ..Limits::default() });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many connections may be open at once. When one more comes, the one that has been without a request for longest is closed; if all
    /// are being answered, the new one is. 256.
    pub connections: usize,
    /// How long the head of a request may be, in bytes; at least 8,192. A longer one is answered with status 431. 16,384.
    pub header_bytes: usize,
    /// How long a client may take for a request's head, and for TLS's greeting before the first one. 10 seconds.
    pub head_time: Duration,
    /// How long an answer may take, until the client has read the last of it. 30 seconds.
    pub request_time: Duration,
    /// How long a connection may be open between two requests. 2 minutes.
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
