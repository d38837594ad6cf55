//! Sizes of bodies, recorded when a request ends.

use http::header::CONTENT_LENGTH;
use http::{Method, StatusCode};

use super::head::RequestHead;

/// The labels of the size histograms but those of the request's method and status, and the histograms.
pub(super) trait SizeLabels {
    /// Records the sizes of the request's body, if it is known, and of the response's.
    fn record(&self, method: &Method, status: StatusCode, request: Option<u64>, response: u64);
}

/// The sizes of one request's bodies so far.
#[derive(Debug)]
pub(super) struct Sizes<L> {
    labels: L,
    method: Method,
    request: Option<u64>,
    response: u64,
}

impl<L: SizeLabels> Sizes<L> {
    pub(super) fn new(request: RequestHead<'_>, labels: L) -> Self {
        let length = request.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        Self { labels, method: request.method.clone(), request: length, response: 0 }
    }

    /// A part of the response's body passed.
    pub(super) fn passed(&mut self, bytes: usize) {
        self.response += bytes as u64;
    }

    pub(super) fn record(&self, status: StatusCode) {
        self.labels.record(&self.method, status, self.request, self.response);
    }
}
