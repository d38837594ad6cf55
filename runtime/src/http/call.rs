//! One request of the ready-made HTTP operations.

use std::fmt;

use http::Response;

use super::nested;
use super::observe::{End, ObservedCall};
use super::sizes::Sizes;
use super::status::Status;
use crate::call::running::Running;
use crate::call::stopwatch::Stopwatch;
use crate::series::families::Series;

/// The labels of one request, except for its outcome; they determine the families.
pub trait RequestLabels: Sized {
    /// How an inner layer recognises the request.
    fn request(&self) -> nested::Request;
    /// Called with the route that an inner layer knows.
    fn routed(&mut self, _route: &'static str) {}
    /// The series of the gauge of active requests.
    fn active(&self) -> &'static Series;
    /// The series of the duration.
    fn duration(&self, status: Status) -> &'static Series;
}

/// One request of [`Server`](crate::http::Server) or [`Client`](crate::http::Client). Its duration is recorded at its end, when the
/// status is known, so that only statuses that occur have series.
pub struct StatusCall<L: RequestLabels> {
    active: Running,
    began: Stopwatch,
    labels: L,
    status: Status,
    sizes: Option<Sizes<L>>,
}

impl<L: RequestLabels> StatusCall<L> {
    #[inline]
    pub(super) fn start(labels: L, sizes: Option<Sizes<L>>) -> Self {
        let active = Running::start(labels.active());
        Self { active, began: Stopwatch::start(), labels, status: Status::FAILED, sizes }
    }
}

impl<L: RequestLabels, B> ObservedCall<B> for StatusCall<L> {
    #[inline]
    fn request(&self) -> Option<nested::Request> {
        Some(self.labels.request())
    }

    fn routed(&mut self, route: &'static str) {
        self.labels.routed(route);
    }

    #[inline]
    fn response(&mut self, response: &Response<B>) {
        self.status = response.status().into();
    }

    #[inline]
    fn bytes(&mut self, count: usize) {
        if let Some(sizes) = &mut self.sizes {
            sizes.passed(count);
        }
    }

    fn end(&mut self, end: End) {
        let status = match end {
            End::Complete => self.status,
            End::Failed => Status::FAILED,
            End::Cancelled => Status::CANCELLED,
            End::Panicked => Status::PANICKED,
        };
        self.active.record(self.labels.duration(status), self.began.nanoseconds());
        if let Some(sizes) = &self.sizes {
            sizes.end(&self.labels, status);
        }
        self.active.end(0, None);
    }
}

impl<L: RequestLabels> fmt::Debug for StatusCall<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusCall").field("status", &self.status).finish_non_exhaustive()
    }
}
