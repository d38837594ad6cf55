//! Sizes of a request's bodies.

use std::fmt;

use http::HeaderMap;
use http::header::CONTENT_LENGTH;

use super::head::RequestHead;
use super::status::Status;

/// Records the sizes of the bodies of a request: that of its own, if it is known, and that of the response's. A function pointer, so that the families
/// of sizes are part of a program only if it asks for them.
pub(super) type RecordSizes<L> = fn(&L, Status, Option<u64>, u64);

/// The size of a body that is not known before its end. An `Option` is a word longer, and the call's state is moved several times.
pub(super) const UNKNOWN: u64 = u64::MAX;

/// The sizes of one request's bodies so far, in bytes.
pub(super) struct Sizes<L> {
    record: RecordSizes<L>,
    /// That of the request, or [`UNKNOWN`].
    request: u64,
    /// Of the response's, as far as it has passed.
    response: u64,
}

impl<L> Sizes<L> {
    pub(super) fn new(request: RequestHead<'_>, record: RecordSizes<L>) -> Self {
        Self { record, request: content_length(request.headers).unwrap_or(UNKNOWN), response: 0 }
    }

    /// A part of the response's body passed.
    pub(super) fn passed(&mut self, bytes: usize) {
        self.response += bytes as u64;
    }

    pub(super) fn end(&self, labels: &L, status: Status) {
        (self.record)(labels, status, (self.request != UNKNOWN).then_some(self.request), self.response);
    }
}

/// The size of a body, by the head of its message.
pub(super) fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

impl<L> fmt::Debug for Sizes<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sizes")
            .field("request", &self.request)
            .field("response", &self.response)
            .finish_non_exhaustive()
    }
}
