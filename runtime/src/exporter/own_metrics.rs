//! The exporter's metrics about itself.

use std::time::Duration;

use hyper::StatusCode;
use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram, with_local_recorder};

use super::registry::sink::Sink;
use crate::names::{CONNECTIONS, CONNECTIONS_DROPPED, SCRAPE_BYTES, SCRAPE_DURATION, SCRAPE_SERIES, SCRAPES};

/// The status codes that a scrape can have.
const CODES: [StatusCode; 5] = [
    StatusCode::OK,
    StatusCode::UNAUTHORIZED,
    StatusCode::METHOD_NOT_ALLOWED,
    StatusCode::INTERNAL_SERVER_ERROR,
    StatusCode::SERVICE_UNAVAILABLE,
];

/// The metrics about scrapes.
#[derive(Clone)]
pub(super) struct Scrapes {
    answered: [Counter; CODES.len()],
    duration: Histogram,
    bytes: Gauge,
    series: Gauge,
}

impl Scrapes {
    pub(super) fn new(sink: &Sink) -> Self {
        with_local_recorder(sink, || Self {
            answered: CODES.map(|code| counter!(SCRAPES.name, "code" => code.as_str().to_owned())),
            duration: histogram!(SCRAPE_DURATION.name),
            bytes: gauge!(SCRAPE_BYTES.name),
            series: gauge!(SCRAPE_SERIES.name),
        })
    }

    pub(super) fn answered(&self, code: StatusCode) {
        if let Some(at) = CODES.iter().position(|known| *known == code) {
            self.answered[at].increment(1);
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "neither bytes nor series come near 2^52")]
    pub(super) fn rendered(&self, took: Duration, bytes: usize, series: usize) {
        self.duration.record(took);
        self.bytes.set(bytes as f64);
        self.series.set(series as f64);
    }
}

/// Why the listener closed or refused a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CloseReason {
    /// `accept` failed, usually because no file descriptors were left.
    Accept,
    /// It was idle when the limit was reached.
    Evicted,
    /// The limit was reached, and no connection was idle.
    Full,
    /// The client's address is in none of the allowed networks.
    Network,
    /// It exceeded a time limit.
    Timeout,
    /// The TLS handshake failed.
    #[cfg_attr(not(feature = "tls"), allow(dead_code, reason = "counted as zero"))]
    Tls,
}

const REASONS: [(CloseReason, &str); 6] = [
    (CloseReason::Accept, "accept"),
    (CloseReason::Evicted, "evicted"),
    (CloseReason::Full, "full"),
    (CloseReason::Network, "network"),
    (CloseReason::Timeout, "timeout"),
    (CloseReason::Tls, "tls"),
];

/// The metrics about connections.
#[derive(Clone)]
pub(super) struct ConnectionCounts {
    open: Gauge,
    dropped: [Counter; REASONS.len()],
}

impl ConnectionCounts {
    pub(super) fn new(sink: &Sink) -> Self {
        with_local_recorder(sink, || Self {
            open: gauge!(CONNECTIONS.name),
            dropped: REASONS.map(|(_, reason)| counter!(CONNECTIONS_DROPPED.name, "reason" => reason)),
        })
    }

    pub(super) fn opened(&self) {
        self.open.increment(1.0);
    }

    pub(super) fn closed(&self) {
        self.open.decrement(1.0);
    }

    pub(super) fn dropped(&self, why: CloseReason) {
        if let Some(at) = REASONS.iter().position(|(reason, _)| *reason == why) {
            self.dropped[at].increment(1);
        }
    }
}
