//! One request on its way through future and body: it ends exactly once, however it is left.

use std::marker::PhantomData;
use std::{mem, thread};

use http::{HeaderMap, Response};

use super::observe::{End, ObservedCall};

/// A request that ends when this is dropped, if it did not end before.
///
/// `B` is the type of the response's body; the call knows how to read a response with it.
#[derive(Debug)]
pub(super) struct Tracked<C: ObservedCall<B>, B> {
    call: Option<C>,
    /// Whether a drop is the regular end: everything that the peer expects has passed.
    complete: bool,
    /// Whether the thread was unwinding already when the request began.
    unwinding: bool,
    body: PhantomData<fn(B)>,
}

impl<C: ObservedCall<B>, B> Tracked<C, B> {
    pub(super) fn new(call: C) -> Self {
        Self { call: Some(call), complete: false, unwinding: thread::panicking(), body: PhantomData }
    }

    pub(super) fn response(&mut self, response: &Response<B>) {
        if let Some(call) = &mut self.call {
            call.response(response);
        }
    }

    pub(super) fn bytes(&mut self, count: usize) {
        if let Some(call) = &mut self.call {
            call.bytes(count);
        }
    }

    pub(super) fn trailers(&mut self, trailers: &HeaderMap) {
        if let Some(call) = &mut self.call {
            call.trailers(trailers);
        }
    }

    /// Everything has passed; the request ends when this is dropped, which servers do once they have written it.
    pub(super) fn complete(&mut self) {
        self.complete = true;
    }

    pub(super) fn end(&mut self, end: End) {
        if let Some(call) = self.call.take() {
            call.end(end);
        }
    }

    /// Runs `poll`; a panic in it is this request's end.
    pub(super) fn watch<R>(&mut self, poll: impl FnOnce(&mut Self) -> R) -> R {
        /// Dropped by unwinding only.
        struct Panics<'a, C: ObservedCall<B>, B>(&'a mut Tracked<C, B>);

        impl<C: ObservedCall<B>, B> Drop for Panics<'_, C, B> {
            fn drop(&mut self) {
                self.0.end(End::Panicked);
            }
        }

        let panics = Panics(self);
        let result = poll(panics.0);
        mem::forget(panics);
        result
    }
}

impl<C: ObservedCall<B>, B> Drop for Tracked<C, B> {
    fn drop(&mut self) {
        let end = if thread::panicking() && !self.unwinding {
            End::Panicked
        } else if self.complete {
            End::Complete
        } else {
            End::Cancelled
        };
        self.end(end);
    }
}
