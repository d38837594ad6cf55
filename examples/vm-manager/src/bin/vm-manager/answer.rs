//! Error responses of the API.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use example_shared::http::ApiError;
use vm_manager::{Error, ProviderError};

/// How a handler answers.
pub(crate) type Answer<T> = Result<T, Refusal>;

/// The manager's error, as an answer.
#[derive(Debug)]
pub(crate) struct Refusal(Error);

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        ApiError::of(status(&self.0), &self.0).into_response()
    }
}

/// Which status tells an error best.
fn status(error: &Error) -> StatusCode {
    match error {
        Error::InvalidName(_) | Error::InvalidSpec { .. } => StatusCode::BAD_REQUEST,
        Error::NotFound { .. } => StatusCode::NOT_FOUND,
        Error::AlreadyExists { .. } | Error::DependencyNotReady { .. } => StatusCode::CONFLICT,
        Error::NotSettled { .. } => StatusCode::GATEWAY_TIMEOUT,
        Error::ProviderFailed(error) => match error {
            ProviderError::InvalidSpec(_) => StatusCode::BAD_REQUEST,
            ProviderError::NotFound(_) => StatusCode::NOT_FOUND,
            ProviderError::AlreadyExists(_) | ProviderError::WrongState { .. } | ProviderError::Busy(_) => {
                StatusCode::CONFLICT
            }
            ProviderError::OutOfCapacity(_) => StatusCode::INSUFFICIENT_STORAGE,
            ProviderError::DeadlineExceeded(_) => StatusCode::GATEWAY_TIMEOUT,
            ProviderError::ConnectionFailed(_)
            | ProviderError::AuthenticationError(_)
            | ProviderError::TaskFailed(_)
            | ProviderError::Disk { .. } => StatusCode::BAD_GATEWAY,
        },
        Error::ImageCorrupt { .. } | Error::NoAddress(_) | Error::File { .. } | Error::Metrics(_) => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}
