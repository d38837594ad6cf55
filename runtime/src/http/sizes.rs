//! Sizes of a request's bodies.

use std::fmt;

use http::header::CONTENT_LENGTH;

use super::head::RequestHead;
use super::status::Status;

/// Records the sizes of the bodies of a request: that of its own, if it is known, and that of the response's. A function pointer, so that the families
/// of sizes are part of a program only if it asks for them.
pub(super) type RecordSizes<L> = fn(&L, Status, Option<u64>, u64);

/// The sizes of one request's bodies so far, in bytes.
pub(super) struct Sizes<L> {
    record: RecordSizes<L>,
    /// That of the request, if its head contains it.
    request: Option<u64>,
    /// Of the response's, as far as it has passed.
    response: u64,
}

impl<L> Sizes<L> {
    pub(super) fn new(request: RequestHead<'_>, record: RecordSizes<L>) -> Self {
        let length = request.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        Self { record, request: length, response: 0 }
    }

    /// A part of the response's body passed.
    pub(super) fn passed(&mut self, bytes: usize) {
        self.response += bytes as u64;
    }

    pub(super) fn end(&self, labels: &L, status: Status) {
        (self.record)(labels, status, self.request, self.response);
    }
}

impl<L> fmt::Debug for Sizes<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sizes")
            .field("request", &self.request)
            .field("response", &self.response)
            .finish_non_exhaustive()
    }
}
