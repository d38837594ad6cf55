//! Sizes of a request's bodies.

use http::header::CONTENT_LENGTH;

use super::head::RequestHead;

/// The sizes of one request's bodies so far, in bytes.
#[derive(Debug)]
pub(super) struct Sizes {
    /// Of the request's, if its head says so.
    pub(super) request: Option<u64>,
    /// Of the response's, as far as it has passed.
    pub(super) response: u64,
}

impl Sizes {
    pub(super) fn new(request: RequestHead<'_>) -> Self {
        let length = request.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        Self { request: length, response: 0 }
    }

    /// A part of the response's body passed.
    pub(super) fn passed(&mut self, bytes: usize) {
        self.response += bytes as u64;
    }
}
