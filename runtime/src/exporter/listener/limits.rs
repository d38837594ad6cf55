//! Limits of connections, requests and times.

use std::time::Duration;

use crate::exporter::error::{Error, MUST_NOT_BE_ZERO};

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

/// The smallest buffer that `hyper` reads a request's head into.
const MIN_HEADER_BYTES: usize = 8192;

impl Limits {
    pub(in crate::exporter) fn check(&self) -> Result<(), Error> {
        let too_small = |limit: &str, reason: String| Err(Error::setting(format!("the limit `{limit}`"), reason));
        if let Err(reason) = check_connections(self.connections) {
            return too_small("connections", reason);
        }
        if let Err(reason) = check_header_bytes(self.header_bytes) {
            return too_small("header_bytes", reason);
        }
        let times = [("head_time", self.head_time), ("request_time", self.request_time), ("idle_time", self.idle_time)];
        match times.into_iter().find(|(_, time)| time.is_zero()) {
            Some((limit, _)) => too_small(limit, MUST_NOT_BE_ZERO.to_owned()),
            None => Ok(()),
        }
    }
}

/// Checks the maximum number of connections.
pub(in crate::exporter) fn check_connections(most: usize) -> Result<(), String> {
    if most == 0 { Err("must be at least 1, not 0".to_owned()) } else { Ok(()) }
}

/// Checks the maximum size of a request head.
pub(in crate::exporter) fn check_header_bytes(most: usize) -> Result<(), String> {
    if most < MIN_HEADER_BYTES { Err(format!("must be at least {MIN_HEADER_BYTES} bytes, not {most}")) } else { Ok(()) }
}
