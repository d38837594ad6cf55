//! One request of the ready-made HTTP operations.

use std::fmt;

use http::Response;

use super::observe::{End, ObservedCall};
use super::sizes::{SizeLabels, Sizes};
use super::status::Status;
use crate::call::running::Running;
use crate::call::series::Series;
use crate::label::LabelValue;

/// One request of [`Server`](crate::http::Server) or [`Client`](crate::http::Client).
pub struct StatusCall<L> {
    running: Running,
    status: Status,
    sizes: Option<Sizes<L>>,
}

impl<L> StatusCall<L> {
    pub(super) fn start(series: &'static Series, sizes: Option<Sizes<L>>) -> Self {
        Self { running: Running::start(series), status: Status::Failed, sizes }
    }
}

impl<L: SizeLabels, B> ObservedCall<B> for StatusCall<L> {
    fn response(&mut self, response: &Response<B>) {
        self.status = Status::Code(response.status());
    }

    fn bytes(&mut self, count: usize) {
        if let Some(sizes) = &mut self.sizes {
            sizes.passed(count);
        }
    }

    fn end(mut self, end: End) {
        match end {
            End::Complete => self.running.end(self.status.index(), None),
            End::Failed => self.running.end(Status::Failed.index(), None),
            End::Cancelled => self.running.cancel(),
            End::Panicked => self.running.panic(),
        }
        if let (Some(sizes), Status::Code(status)) = (&self.sizes, self.status) {
            sizes.record(status);
        }
    }
}

impl<L> fmt::Debug for StatusCall<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusCall").field("status", &self.status).finish_non_exhaustive()
    }
}
