//! One request through a layer.

use std::convert::Infallible;
use std::future::Ready;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use http::{Request, Response};
use metrics_instrumented::http::{Layer, Observe, ObservedCall};
use tower_layer::Layer as _;
use tower_service::Service;

#[derive(Clone)]
struct Answer;

impl Service<Request<String>> for Answer {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<String>) -> Self::Future {
        std::future::ready(Ok(Response::new("answer".to_owned())))
    }
}

/// Sends a request through a layer.
pub fn request<O>(layer: Layer<O>)
where
    O: Observe + Clone,
    O::Call: ObservedCall<String>,
{
    let mut service = layer.layer(Answer);
    let response = pin!(service.call(Request::new(String::new())));
    assert!(response.poll(&mut Context::from_waker(Waker::noop())).is_ready());
}
