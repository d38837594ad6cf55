//! Responses that have no body on the wire.

use http::{Method, Response, StatusCode};

/// Which responses to a request have no body on the wire, whatever their body's type says.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bodiless {
    /// All responses, to `HEAD`.
    Always,
    /// Those of class 2xx, to `CONNECT`.
    OnSuccess,
    /// 1xx (including 101, an upgrade), 204 and 304.
    ByStatus,
}

impl Bodiless {
    pub(super) fn of(method: &Method) -> Self {
        match *method {
            Method::HEAD => Self::Always,
            Method::CONNECT => Self::OnSuccess,
            _ => Self::ByStatus,
        }
    }

    pub(super) fn covers<B>(self, response: &Response<B>) -> bool {
        let status = response.status();
        // Most responses: the comparisons below would be a dozen instructions.
        if matches!(self, Self::ByStatus) && status == StatusCode::OK {
            return false;
        }
        let by_status = status.is_informational() || matches!(status.as_u16(), 204 | 304);
        by_status
            || match self {
                Self::Always => true,
                Self::OnSuccess => status.is_success(),
                Self::ByStatus => false,
            }
    }
}
