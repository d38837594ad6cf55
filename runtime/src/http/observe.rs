//! The events of a request that a layer reports, and the traits that receive them.

use http::{HeaderMap, Response};

use super::head::RequestHead;
use super::nested;
use super::pool::{Place, Pooled};

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The whole response was sent or received.
    Complete,
    /// The service failed before it had a response, or the response's body failed.
    Failed,
    /// The service's future or the response's body was dropped early: the client left, a timeout, a lost `select!`.
    Cancelled,
    /// The service or the response's body panicked.
    Panicked,
}

/// Counts the requests of a layer.
///
/// [`Server`](crate::http::Server), [`Client`](crate::http::Client), [`GrpcServer`](crate::http::GrpcServer) and
/// [`FromRequest`](crate::http::FromRequest), which [`layer`](crate::http::layer) makes, implement it.
pub trait Observe {
    /// One request.
    type Call: CountedCall;

    /// Called when a request begins. Returns `None` if a layer around this one counts it.
    fn begin(&self, request: RequestHead<'_>) -> Option<Box<Place<<Self::Call as CountedCall>::State>>>;
}

/// One request that is being counted. A layer calls [`end`](Self::end) exactly once, as the last function.
pub trait CountedCall {
    /// What is known of the request.
    type State: Pooled;

    #[doc(hidden)]
    fn request(_call: &Self::State) -> Option<nested::Request> {
        None
    }

    /// Called when the service has returned: an inner layer may have told the route.
    #[doc(hidden)]
    fn left(_call: &mut Self::State) {}

    /// Called for each part of the body.
    fn bytes(_call: &mut Self::State, _count: usize) {}

    /// Called for the trailers.
    fn trailers(_call: &mut Self::State, _trailers: &HeaderMap) {}

    /// Called when the request has ended.
    fn end(call: &mut Self::State, end: End);
}

/// A request whose responses have bodies of this type.
pub trait ObservedCall<B>: CountedCall {
    /// Called when the head of the response is available.
    fn response(call: &mut Self::State, response: &Response<B>);
}
