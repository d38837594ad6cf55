//! Sizes of the bodies of requests that a client sends.

use metrics_instrumented_macros::Histogram;

use super::super::status::{ClientStatus, Status};
use super::super::values::KnownMethod;
use super::super::{bounds, on_demand};
use super::labels::{ClientLabels, ended};
use crate::label::Open;
use crate::metric::Histogram;

ended! {
    /// Sizes of the bodies of requests that this client sent.
    #[derive(Histogram)]
    #[histogram(
        crate = on_demand,
        name = "http_client_request_body_size_bytes",
        help = "Size of HTTP client request bodies.",
        buckets = bounds::BYTES,
        max_series = 20_000_000,
    )]
    RequestBodySize;

    /// Sizes of the bodies of responses that this client received.
    #[derive(Histogram)]
    #[histogram(
        crate = on_demand,
        name = "http_client_response_body_size_bytes",
        help = "Size of HTTP client response bodies.",
        buckets = bounds::BYTES,
        max_series = 20_000_000,
    )]
    ResponseBodySize;
}

/// Records the sizes of one request's bodies.
pub(super) fn record(labels: &ClientLabels, status: Status, request: Option<u64>, response: u64) {
    if let Some(size) = request {
        RequestBodySize::of(labels, status).record(size);
    }
    ResponseBodySize::of(labels, status).record(response);
}
