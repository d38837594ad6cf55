//! Sizes of the bodies of requests that a server answers.

use metrics_instrumented_macros::Histogram;

use super::super::scheme::Scheme;
use super::super::status::Status;
use super::super::values::KnownMethod;
use super::super::{bounds, on_demand};
use super::labels::{ServerLabels, ended};
use crate::label::Open;
use crate::metric::Histogram;

ended! {
    /// Sizes of the bodies of requests that this server received.
    #[derive(Histogram)]
    #[histogram(
        crate = on_demand,
        name = "http_server_request_body_size_bytes",
        help = "Size of HTTP server request bodies.",
        buckets = bounds::BYTES,
        max_series = 2_000_000,
    )]
    RequestBodySize;

    /// Sizes of the bodies of responses that this server sent.
    #[derive(Histogram)]
    #[histogram(
        crate = on_demand,
        name = "http_server_response_body_size_bytes",
        help = "Size of HTTP server response bodies.",
        buckets = bounds::BYTES,
        max_series = 2_000_000,
    )]
    ResponseBodySize;
}

/// Records the sizes of one request's bodies.
pub(super) fn record(labels: &ServerLabels, status: Status, request: Option<u64>, response: u64) {
    if let Some(size) = request {
        RequestBodySize::of(labels, status).record(size);
    }
    ResponseBodySize::of(labels, status).record(response);
}
