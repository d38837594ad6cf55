//! The events of a request that a layer reports, and the traits that receive them.

use http::{HeaderMap, Response};

use super::head::RequestHead;
use super::nested;

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
    type Call;

    /// Called when a request begins. Returns `None` if a layer around this one counts it.
    fn begin(&self, request: RequestHead<'_>) -> Option<Self::Call>;
}

/// One request that is being counted. A layer calls [`end`](Self::end) exactly once, as the last method.
pub trait ObservedCall<B> {
    #[doc(hidden)]
    fn request(&self) -> Option<nested::Request> {
        None
    }

    #[doc(hidden)]
    fn routed(&mut self, _route: &'static str) {}

    /// Called when the head of the response is available.
    fn response(&mut self, response: &Response<B>);

    /// Called for each part of the body.
    fn bytes(&mut self, _count: usize) {}

    /// Called for the trailers.
    fn trailers(&mut self, _trailers: &HeaderMap) {}

    /// Called when the request has ended.
    fn end(&mut self, end: End);
}
