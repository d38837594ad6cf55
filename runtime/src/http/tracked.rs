//! One request on its way through future and body: it ends exactly once, however it is left.

use std::marker::PhantomData;
use std::{mem, thread};

use http::{HeaderMap, Response};

use super::nested::Scope;
use super::observe::{End, ObservedCall};

/// A request that ends when this is dropped, if it did not end before.
///
/// `B` is the type of the response's body; the call knows how to read a response with it.
#[derive(Debug)]
pub(super) struct Tracked<C: ObservedCall<B>, B> {
    /// `None` if a layer around this one counts the request.
    call: Option<C>,
    ended: bool,
    /// Whether a drop is the regular end: everything that the peer expects has passed.
    complete: bool,
    /// Whether the thread was unwinding already when the request began.
    unwinding: bool,
    body: PhantomData<fn(B)>,
}

impl<C: ObservedCall<B>, B> Tracked<C, B> {
    #[inline]
    pub(super) fn new(call: Option<C>) -> Self {
        Self { call, ended: false, complete: false, unwinding: thread::panicking(), body: PhantomData }
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
        if let Some(call) = &mut self.call
            && !mem::replace(&mut self.ended, true)
        {
            call.end(end);
        }
    }

    /// Layers inside of the service that runs while this exists do not count the request again.
    #[inline]
    pub(super) fn scope(&self) -> Option<Scope> {
        self.call.as_ref().and_then(ObservedCall::request).map(Scope::enter)
    }

    #[inline]
    pub(super) fn leave(&mut self, scope: Option<Scope>) {
        if let Some(call) = &mut self.call
            && let Some(route) = scope.and_then(|scope| scope.route())
        {
            call.routed(route);
        }
    }

    /// A panic while this exists is the request's end.
    #[inline]
    pub(super) fn guard(&mut self, scope: Option<Scope>) -> Guard<'_, C, B> {
        Guard { tracked: self, scope }
    }
}

/// Polls something of the request. Dropped by unwinding only.
pub(super) struct Guard<'a, C: ObservedCall<B>, B> {
    tracked: &'a mut Tracked<C, B>,
    scope: Option<Scope>,
}

impl<C: ObservedCall<B>, B> Guard<'_, C, B> {
    #[inline]
    pub(super) fn done(mut self) {
        self.tracked.leave(self.scope.take());
        mem::forget(self);
    }
}

impl<C: ObservedCall<B>, B> Drop for Guard<'_, C, B> {
    fn drop(&mut self) {
        self.tracked.leave(self.scope.take());
        self.tracked.end(End::Panicked);
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
