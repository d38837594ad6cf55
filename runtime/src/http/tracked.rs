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
    call: C,
    ended: bool,
    /// Whether a drop is the regular end: everything that the peer expects has passed.
    complete: bool,
    /// Whether the thread was unwinding already when the request began.
    unwinding: bool,
    body: PhantomData<fn(B)>,
}

impl<C: ObservedCall<B>, B> Tracked<C, B> {
    #[inline]
    pub(super) fn new(call: C) -> Self {
        Self { call, ended: false, complete: false, unwinding: thread::panicking(), body: PhantomData }
    }

    /// The head of the response is there. If the response `is_complete`, nothing of it follows.
    #[inline]
    pub(super) fn response(&mut self, response: &Response<B>, is_complete: bool) {
        self.call.response(response);
        self.complete = is_complete;
    }

    #[inline]
    pub(super) fn bytes(&mut self, count: usize) {
        self.call.bytes(count);
    }

    pub(super) fn trailers(&mut self, trailers: &HeaderMap) {
        self.call.trailers(trailers);
    }

    /// Everything has passed; the request ends when this is dropped, which servers do once they have written it.
    #[inline]
    pub(super) fn complete(&mut self) {
        self.complete = true;
    }

    #[inline]
    pub(super) fn end(&mut self, end: End) {
        if !mem::replace(&mut self.ended, true) {
            self.call.end(end);
        }
    }

    /// Layers inside of the service that runs while this exists do not count the request again.
    #[inline]
    pub(super) fn scope(&self) -> Option<Scope> {
        self.call.request().map(Scope::enter)
    }

    /// The service has returned; an inner layer may know the route.
    #[inline]
    pub(super) fn leave(&mut self, scope: Option<&Scope>) {
        if let Some(route) = scope.and_then(Scope::route) {
            self.call.routed(route);
        }
    }

    /// The service runs until the returned value is dropped.
    #[inline]
    pub(super) fn inside<'a>(&'a mut self, scope: Option<&'a Scope>) -> Inside<'a, C, B> {
        Inside { tracked: self, scope }
    }

    /// A panic until the returned value is forgotten is the request's end.
    #[inline]
    pub(super) fn panics<'a>(&'a mut self, scope: Option<&'a Scope>) -> Panics<'a, C, B> {
        Panics { tracked: self, scope }
    }
}

// These guards refer to a scope and do not contain it: a struct that is written field by field and then moved stalls, because the processor forwards a store only
// to a load that it covers.

/// The service of a request runs.
pub(super) struct Inside<'a, C: ObservedCall<B>, B> {
    tracked: &'a mut Tracked<C, B>,
    scope: Option<&'a Scope>,
}

impl<C: ObservedCall<B>, B> Drop for Inside<'_, C, B> {
    #[inline]
    fn drop(&mut self) {
        self.tracked.leave(self.scope);
    }
}

/// Something of the request is polled. Dropped by unwinding only.
pub(super) struct Panics<'a, C: ObservedCall<B>, B> {
    tracked: &'a mut Tracked<C, B>,
    scope: Option<&'a Scope>,
}

impl<C: ObservedCall<B>, B> Drop for Panics<'_, C, B> {
    fn drop(&mut self) {
        self.tracked.leave(self.scope);
        self.tracked.end(End::Panicked);
    }
}

impl<C: ObservedCall<B>, B> Tracked<C, B> {
    #[inline(never)]
    fn end_by_drop(&mut self) {
        self.end(if thread::panicking() && !self.unwinding {
            End::Panicked
        } else if self.complete {
            End::Complete
        } else {
            End::Cancelled
        });
    }
}

impl<C: ObservedCall<B>, B> Drop for Tracked<C, B> {
    #[inline]
    fn drop(&mut self) {
        if !self.ended {
            self.end_by_drop();
        }
    }
}
