//! The status codes of gRPC.

use http::{HeaderMap, StatusCode};
use metrics_instrumented_macros::LabelValue;

use crate::label::LabelValue;
use crate::names::OutcomeClass;

/// A status code of gRPC, as a label value: `OK`, `NOT_FOUND`, ...
///
/// The classes are those of a server: `UNKNOWN`, `DEADLINE_EXCEEDED`, `UNIMPLEMENTED`, `INTERNAL`, `UNAVAILABLE` and `DATA_LOSS` are
/// errors, as OpenTelemetry's [conventions](https://opentelemetry.io/docs/specs/semconv/rpc/grpc/) say, `CANCELLED` is ignored, and all others are
/// `ok`, because they are answers to mistakes of a client.
///
/// With the feature `tonic`, it is the outcome of functions that return a `Result<_, tonic::Status>`:
///
/// ```
/// # #[cfg(feature = "tonic")] {
/// use metrics_instrumented::{http::GrpcCode, instrumented};
/// use tonic::{Request, Response, Status};
///
/// #[instrumented(name = "greetings", outcome(type = GrpcCode, label = "code"))]
/// async fn greet(request: Request<String>) -> Result<Response<String>, Status> {
///     match request.into_inner() {
///         name if name.is_empty() => Err(Status::invalid_argument("no name")),
///         name => Ok(Response::new(format!("hello {name}"))),
///     }
/// }
/// # drop(greet(Request::new(String::new())));
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, LabelValue)]
#[label(crate = crate, rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GrpcCode {
    /// 0
    #[label(ok)]
    Ok,
    /// 1
    #[label(ignored)]
    Cancelled,
    /// 2
    #[label(error)]
    Unknown,
    /// 3
    #[label(ok)]
    InvalidArgument,
    /// 4
    #[label(error)]
    DeadlineExceeded,
    /// 5
    #[label(ok)]
    NotFound,
    /// 6
    #[label(ok)]
    AlreadyExists,
    /// 7
    #[label(ok)]
    PermissionDenied,
    /// 8
    #[label(ok)]
    ResourceExhausted,
    /// 9
    #[label(ok)]
    FailedPrecondition,
    /// 10
    #[label(ok)]
    Aborted,
    /// 11
    #[label(ok)]
    OutOfRange,
    /// 12
    #[label(error)]
    Unimplemented,
    /// 13
    #[label(error)]
    Internal,
    /// 14
    #[label(error)]
    Unavailable,
    /// 15
    #[label(error)]
    DataLoss,
    /// 16
    #[label(ok)]
    Unauthenticated,
}

impl GrpcCode {
    pub(super) const BY_NUMBER: [Self; 17] = [
        Self::Ok,
        Self::Cancelled,
        Self::Unknown,
        Self::InvalidArgument,
        Self::DeadlineExceeded,
        Self::NotFound,
        Self::AlreadyExists,
        Self::PermissionDenied,
        Self::ResourceExhausted,
        Self::FailedPrecondition,
        Self::Aborted,
        Self::OutOfRange,
        Self::Unimplemented,
        Self::Internal,
        Self::Unavailable,
        Self::DataLoss,
        Self::Unauthenticated,
    ];

    /// The code in these headers or trailers, if there is one; a number that is not a code is `UNKNOWN`.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let number = headers.get("grpc-status")?.to_str().ok().and_then(|number| number.parse::<usize>().ok());
        Some(number.and_then(|number| Self::BY_NUMBER.get(number).copied()).unwrap_or(Self::Unknown))
    }

    /// The code of an HTTP response that has none, by gRPC's
    /// [table](https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md).
    pub(super) fn of_http(status: StatusCode) -> Self {
        match status.as_u16() {
            400 => Self::Internal,
            401 => Self::Unauthenticated,
            403 => Self::PermissionDenied,
            404 => Self::Unimplemented,
            429 | 502 | 503 | 504 => Self::Unavailable,
            _ => Self::Unknown,
        }
    }
}

/// The same code as a client sees it: every code but `OK` is an error, and `CANCELLED` is ignored.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClientCode(pub(super) GrpcCode);

impl LabelValue for ClientCode {
    const VALUES: &'static [&'static str] = GrpcCode::VALUES;
    const CLASSES: &'static [OutcomeClass] = &CLIENT_CLASSES;

    fn index(&self) -> usize {
        self.0.index()
    }
}

const CLIENT_CLASSES: [OutcomeClass; GrpcCode::VALUES.len()] = {
    let mut classes = [OutcomeClass::Error; GrpcCode::VALUES.len()];
    classes[GrpcCode::Ok as usize] = OutcomeClass::Ok;
    classes[GrpcCode::Cancelled as usize] = OutcomeClass::Ignored;
    classes
};
