//! The limits of a listener's connections.

use std::time::Duration;

use crate::exporter::error::Error;

/// The limits of a listener. No client can occupy more than this, whatever it sends or does not read.
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

/// The smallest buffer that `hyper` reads a request's head into.
const MIN_HEADER_BYTES: usize = 8192;

impl Limits {
    pub(in crate::exporter) fn check(&self) -> Result<(), Error> {
        let too_small = |limit: &str, reason: String| Err(Error::setting(format!("the limit `{limit}`"), reason));
        if self.connections == 0 {
            return too_small("connections", "must be at least 1, not 0".to_owned());
        }
        if self.header_bytes < MIN_HEADER_BYTES {
            let reason = format!("must be at least {MIN_HEADER_BYTES} bytes, not {}", self.header_bytes);
            return too_small("header_bytes", reason);
        }
        let times = [("head_time", self.head_time), ("request_time", self.request_time), ("idle_time", self.idle_time)];
        match times.into_iter().find(|(_, time)| time.is_zero()) {
            Some((limit, _)) => too_small(limit, "must be greater than zero".to_owned()),
            None => Ok(()),
        }
    }
}
