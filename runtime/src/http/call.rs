//! One request of the ready-made HTTP operations.

use std::fmt;

use http::{Method, Response};

use super::head::RequestHead;
use super::observe::{End, ObservedCall};
use super::sizes::Sizes;
use super::status::Status;
use crate::call::running::{Running, record};
use crate::clock;
use crate::series::families::Series;

/// The labels of one request, except for its method and its outcome; they determine the families.
pub trait RequestLabels {
    /// The series of the gauge of active requests.
    fn active(&self, method: &Method) -> &'static Series;
    /// The series of the duration.
    fn duration(&self, method: &Method, status: Status) -> &'static Series;
    /// Records the sizes of the bodies; that of the request's, if it is known.
    fn sizes(&self, method: &Method, status: Status, request: Option<u64>, response: u64);
}

/// One request of [`Server`](crate::http::Server) or [`Client`](crate::http::Client). Its duration is recorded at its end, when the
/// status is known, so that only statuses that occur have series.
pub struct StatusCall<L: RequestLabels> {
    active: Running,
    began: u64,
    method: Method,
    labels: L,
    status: Status,
    sizes: Option<Sizes>,
}

impl<L: RequestLabels> StatusCall<L> {
    pub(super) fn start(request: RequestHead<'_>, labels: L, with_sizes: bool) -> Self {
        let active = Running::start(labels.active(request.method));
        let sizes = with_sizes.then(|| Sizes::new(request));
        let (began, method) = (clock::reading(), request.method.clone());
        Self { active, began, method, labels, status: Status::Failed, sizes }
    }
}

impl<L: RequestLabels, B> ObservedCall<B> for StatusCall<L> {
    fn response(&mut self, response: &Response<B>) {
        self.status = Status::Code(response.status());
    }

    fn bytes(&mut self, count: usize) {
        if let Some(sizes) = &mut self.sizes {
            sizes.passed(count);
        }
    }

    fn end(mut self, end: End) {
        let status = match end {
            End::Complete => self.status,
            End::Failed => Status::Failed,
            End::Cancelled => Status::Cancelled,
            End::Panicked => Status::Panicked,
        };
        record(self.labels.duration(&self.method, status), clock::since(self.began), 0);
        if let Some(Sizes { request, response }) = self.sizes {
            self.labels.sizes(&self.method, status, request, response);
        }
        self.active.end(0, None);
    }
}

impl<L: RequestLabels> fmt::Debug for StatusCall<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusCall").field("status", &self.status).finish_non_exhaustive()
    }
}
