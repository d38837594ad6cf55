//! One request of the ready-made HTTP operations.

use std::fmt;

use http::Response;

use super::nested;
use super::observe::{CountedCall, End, ObservedCall};
use super::pool::{Place, Pooled, Vacant};
use super::resolved::{self, Key};
use super::sizes::Sizes;
use super::status::Status;
use crate::call::running::Running;
use crate::call::stopwatch::Stopwatch;
use crate::series::families::Series;

/// The labels of one request, except for its outcome; they determine the families.
pub trait RequestLabels: Vacant + Sized {
    /// How an inner layer recognises the request.
    fn request(&self) -> nested::Request;
    /// Called when the service has returned: an inner layer may have told the route.
    fn left(&mut self) {}
    /// The series of the gauge of active requests.
    fn active(&self) -> &'static Series;
    /// The key of the series of the duration.
    fn key(&self, status: Status) -> Option<Key>;
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
    /// The series of the duration with this status, if the thread has cached it. It is looked up while the processor waits for the response that is moved: at the
    /// end of a request, the same instructions take 10 ns.
    duration: Option<&'static Series>,
    sizes: Option<Sizes<L>>,
}

impl<L: RequestLabels> StatusCall<L> {
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "see `Place::with`")]
    #[allow(clippy::unnecessary_box_returns, reason = "places are boxes")]
    pub(super) fn start(began: Stopwatch, labels: L, sizes: Option<Sizes<L>>) -> Box<Place<Self>>
    where
        Self: Pooled,
    {
        let place = Place::take();
        let active = Running::start_untimed(labels.active());
        place.with(Self { active, began, labels, status: Status::FAILED, duration: None, sizes })
    }
}

impl<L: RequestLabels> Vacant for StatusCall<L> {
    const VACANT: Self = Self {
        active: Running::UNCOUNTED,
        began: Stopwatch::ZERO,
        labels: L::VACANT,
        status: Status::FAILED,
        duration: None,
        sizes: None,
    };

    #[inline]
    fn vacate(&mut self) {
        self.labels.vacate();
    }
}

impl<L: RequestLabels> CountedCall for StatusCall<L>
where
    Self: Pooled,
{
    type State = Self;

    #[inline]
    fn request(call: &Self) -> Option<nested::Request> {
        Some(call.labels.request())
    }

    #[inline]
    fn left(call: &mut Self) {
        call.labels.left();
    }

    #[inline]
    fn bytes(call: &mut Self, count: usize) {
        if let Some(sizes) = &mut call.sizes {
            sizes.passed(count);
        }
    }

    fn end(call: &mut Self, end: End) {
        let nanoseconds = call.began.nanoseconds();
        let (status, duration) =
            if end == End::Complete { (call.status, call.duration) } else { (without_response(end), None) };
        if let Some(sizes) = &call.sizes {
            sizes.end(&call.labels, status);
        }
        let duration = match duration {
            Some(series) => series,
            None => resolved::series(call.labels.key(status), || call.labels.duration(status)),
        };
        call.active.end_with(duration, nanoseconds);
    }
}

/// The status of a request without a whole response.
#[cold]
fn without_response(end: End) -> Status {
    match end {
        End::Complete | End::Failed => Status::FAILED,
        End::Cancelled => Status::CANCELLED,
        End::Panicked => Status::PANICKED,
    }
}

impl<L: RequestLabels, B> ObservedCall<B> for StatusCall<L>
where
    Self: Pooled,
{
    #[inline]
    fn response(call: &mut Self, response: &Response<B>) {
        call.status = response.status().into();
        call.duration = resolved::cached(call.labels.key(call.status));
    }
}

impl<L: RequestLabels> fmt::Debug for StatusCall<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusCall").field("status", &self.status).finish_non_exhaustive()
    }
}
