//! How far a request is.

use std::thread;

use bytes::Buf;
use http::Response;
use http_body::{Body, Frame};

use super::bodiless::Bodiless;
use super::sizes::{UNKNOWN, content_length};

/// How far a request is: whether everything that the peer expects has passed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress {
    bodiless: Bodiless,
    is_complete: bool,
    /// Whether the thread was unwinding already when the request began.
    was_unwinding: bool,
    /// The bytes of the response's body that have not passed, or [`UNKNOWN`].
    left: u64,
}

impl Progress {
    /// That of no request.
    pub(super) const NONE: Self =
        Self { bodiless: Bodiless::ByStatus, is_complete: false, was_unwinding: false, left: UNKNOWN };

    /// A request begins.
    #[inline]
    pub(super) fn begin(&mut self, bodiless: Bodiless) {
        let Self { bodiless: own, is_complete, was_unwinding, left } = self;
        *own = bodiless;
        *is_complete = false;
        *was_unwinding = thread::panicking();
        *left = UNKNOWN;
    }

    /// Whether a drop is the regular end.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Whether the request is dropped by a panic.
    pub(super) fn is_unwinding(&self) -> bool {
        thread::panicking() && !self.was_unwinding
    }

    /// The head of the response is there.
    #[inline]
    pub(super) fn response<B: Body>(&mut self, response: &Response<B>) {
        let size = response.body().size_hint().exact().or_else(|| content_length(response.headers()));
        self.left = size.unwrap_or(UNKNOWN);
        // Servers do not poll a body without bytes.
        self.is_complete = self.left == 0 || self.bodiless.covers(response) || response.body().is_end_stream();
    }

    /// A frame of the response's body passed.
    #[inline]
    pub(super) fn frame<D: Buf>(&mut self, frame: &Frame<D>, is_last: impl FnOnce() -> bool) {
        if self.left != UNKNOWN
            && let Some(data) = frame.data_ref()
        {
            self.left = self.left.saturating_sub(data.remaining() as u64);
        }
        if frame.is_trailers() || self.left == 0 || is_last() {
            self.is_complete = true;
        }
    }
}
