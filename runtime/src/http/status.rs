//! How a request of the ready-made operations ended: the value of its label for the status code.

use http::StatusCode;

use crate::label::LabelValue;

/// The status code, or `error` where the service failed before it had one or the body failed after it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Status {
    Code(StatusCode),
    Failed,
}

impl LabelValue for Status {
    const VALUES: &'static [&'static str] = &WITH_ERROR;

    fn index(&self) -> usize {
        match self {
            Self::Code(code) => code.index(),
            Self::Failed => WITH_ERROR.len() - 1,
        }
    }
}

/// The values of a status code, and `error`.
const WITH_ERROR: [&str; StatusCode::VALUES.len() + 1] = {
    let mut values = ["error"; StatusCode::VALUES.len() + 1];
    let mut at = 0;
    while at < StatusCode::VALUES.len() {
        values[at] = StatusCode::VALUES[at];
        at += 1;
    }
    values
};
