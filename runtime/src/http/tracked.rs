//! One request on its way through future and body: it ends exactly once, however it is left.

use std::mem;

use bytes::Buf;
use http::Response;
use http_body::{Body, Frame};

use super::bodiless::Bodiless;
use super::nested::Scope;
use super::observe::{CountedCall, End, ObservedCall};
use super::pool::Place;

/// A request that ends when this is dropped, if it did not end before. Empty if the request is not counted or has ended.
#[derive(Debug)]
pub(super) struct Tracked<C: CountedCall>(Option<Box<Place<C::State>>>);

impl<C: CountedCall> Tracked<C> {
    /// A request that is not counted.
    pub(super) const NONE: Self = Self(None);

    /// A request begins, in the place of [`NONE`](Self::NONE).
    #[inline]
    pub(super) fn begin(&mut self, mut place: Box<Place<C::State>>, bodiless: Bodiless) {
        place.progress.begin(bodiless);
        mem::forget(self.0.replace(place));
    }

    /// The head of the response is there.
    #[inline]
    pub(super) fn response<B: Body>(&mut self, response: &Response<B>)
    where
        C: ObservedCall<B>,
    {
        if let Some(place) = &mut self.0 {
            place.progress.response(response);
            C::response(&mut place.state, response);
        }
    }

    /// A frame of the response's body passed; `is_last` says whether the body has ended with it.
    #[inline]
    pub(super) fn frame<D: Buf>(&mut self, frame: &Frame<D>, is_last: impl FnOnce() -> bool) {
        let Some(place) = &mut self.0 else { return };
        if let Some(data) = frame.data_ref() {
            C::bytes(&mut place.state, data.remaining());
        }
        if let Some(trailers) = frame.trailers_ref() {
            C::trailers(&mut place.state, trailers);
        }
        place.progress.frame(frame, is_last);
    }

    #[inline]
    pub(super) fn end(&mut self, end: End) {
        if let Some(mut place) = self.0.take() {
            C::end(&mut place.state, end);
            place.free();
        }
    }

    /// Layers inside of the service that runs while this exists do not count the request again.
    #[inline]
    pub(super) fn scope(&self) -> Option<Scope> {
        C::request(&self.0.as_ref()?.state).map(Scope::enter)
    }

    /// The service has returned; an inner layer may know the route.
    #[inline]
    pub(super) fn leave(&mut self, scope: Option<&Scope>) {
        if scope.is_some()
            && let Some(place) = &mut self.0
        {
            C::left(&mut place.state);
        }
    }

    /// The service runs until the returned value is dropped.
    #[inline]
    pub(super) fn inside<'a>(&'a mut self, scope: Option<&'a Scope>) -> Inside<'a, C> {
        Inside { tracked: self, scope }
    }

    /// A panic until the returned value is forgotten is the request's end.
    #[inline]
    pub(super) fn panics<'a>(&'a mut self, scope: Option<&'a Scope>) -> Panics<'a, C> {
        Panics { tracked: self, scope }
    }

    #[inline(never)]
    fn end_by_drop(&mut self) {
        let Some(place) = &self.0 else { return };
        self.end(if place.progress.is_unwinding() {
            End::Panicked
        } else if place.progress.is_complete() {
            End::Complete
        } else {
            End::Cancelled
        });
    }
}

impl<C: CountedCall> Drop for Tracked<C> {
    #[inline]
    fn drop(&mut self) {
        if self.0.is_some() {
            self.end_by_drop();
        }
    }
}

// These guards refer to a scope and do not contain it: a struct that is written field by field and then moved stalls, because the processor forwards a store only
// to a load that it covers.

/// The service of a request runs.
pub(super) struct Inside<'a, C: CountedCall> {
    tracked: &'a mut Tracked<C>,
    scope: Option<&'a Scope>,
}

impl<C: CountedCall> Drop for Inside<'_, C> {
    #[inline]
    fn drop(&mut self) {
        self.tracked.leave(self.scope);
    }
}

/// Something of the request is polled. Dropped by unwinding only.
pub(super) struct Panics<'a, C: CountedCall> {
    tracked: &'a mut Tracked<C>,
    scope: Option<&'a Scope>,
}

impl<C: CountedCall> Drop for Panics<'_, C> {
    fn drop(&mut self) {
        self.tracked.leave(self.scope);
        self.tracked.end(End::Panicked);
    }
}
