//! gRPC calls, by OpenTelemetry's conventions.

mod client;
mod server;
mod side;

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use http::uri::PathAndQuery;
use http::{HeaderMap, Response};

pub use self::client::GrpcClient;
pub use self::server::GrpcServer;
use self::side::Side;
use super::code::GrpcCode;
use super::head::RequestHead;
use super::nested;
use super::observe::{CountedCall, End, Observe, ObservedCall};
use super::pool::{Place, Pooled, Vacant, pooled};
use super::resolved::{self, Key};
use super::text::Text;
use crate::call::running::record;
use crate::call::stopwatch::Stopwatch;
use crate::label::LabelValue;
use crate::series::families::Series;

/// The value for methods that the server does not implement.
const UNKNOWN_METHOD: &str = "_OTHER";

/// How early the peer may end a call at its deadline: its timer started before the request arrived here.
const AHEAD: Duration = Duration::from_millis(50);

/// Counts gRPC calls; made by [`grpc_server`](crate::http::grpc_server) and [`grpc_client`](crate::http::grpc_client).
pub struct Grpc<S>(PhantomData<fn() -> S>);

impl<S> Grpc<S> {
    pub(super) const NEW: Self = Self(PhantomData);
}

impl<S> Clone for Grpc<S> {
    fn clone(&self) -> Self {
        Self::NEW
    }
}

impl<S> fmt::Debug for Grpc<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grpc").finish()
    }
}

// Hidden, because its type names internal types.
#[doc(hidden)]
impl<S: Side> Observe for Grpc<S>
where
    GrpcCall<S>: Pooled,
{
    type Call = GrpcCall<S>;

    fn begin(&self, request: RequestHead<'_>) -> Option<Box<Place<GrpcCall<S>>>> {
        let nested = S::request(request.uri.path());
        if nested.is_counted() {
            return None;
        }
        let timeout = request.headers.get("grpc-timeout").and_then(|timeout| parse_timeout(timeout.to_str().ok()?));
        let method = match Text::seen(method(request.uri.path())) {
            Some(method) => Method::Seen(method),
            None => Method::New(request.uri.path_and_query().cloned()),
        };
        let began = Stopwatch::start();
        Some(Place::take().with(GrpcCall { began, request: nested, timeout, method, code: None, side: PhantomData }))
    }
}

/// The full name of the method in a path.
fn method(path: &str) -> &str {
    path.trim_start_matches('/')
}

/// The method of a call. A new name is stored at the end of the call, when it is known that the server implements the method.
#[derive(Debug)]
enum Method {
    Seen(Text),
    New(Option<PathAndQuery>),
}

impl Method {
    fn series<S: Side>(&self, code: GrpcCode) -> &'static Series {
        let find = |text: &Text| {
            let key = Key::new(S::FAMILY, [code.index(), 0, 0], [text.number(), Some(0)]);
            resolved::series(key, || S::series(text.as_str(), code))
        };
        match self {
            _ if code == GrpcCode::Unimplemented => find(&Text::new(UNKNOWN_METHOD)),
            Self::Seen(text) => find(text),
            Self::New(path) => find(&Text::new(method(path.as_ref().map_or("", PathAndQuery::path)))),
        }
    }
}

/// One gRPC call. Its series is known only at its end, because a method that the server does not implement is `_OTHER`.
pub struct GrpcCall<S> {
    began: Stopwatch,
    request: nested::Request,
    timeout: Option<Duration>,
    method: Method,
    code: Option<GrpcCode>,
    side: PhantomData<fn() -> S>,
}

impl<S> Vacant for GrpcCall<S> {
    const VACANT: Self = Self {
        began: Stopwatch::ZERO,
        request: nested::Request::NONE,
        timeout: None,
        method: Method::New(None),
        code: None,
        side: PhantomData,
    };

    fn vacate(&mut self) {
        self.method = Method::New(None);
    }
}

pooled!(GrpcCall<GrpcServer>, GrpcCall<GrpcClient>);

impl<S: Side, B> ObservedCall<B> for GrpcCall<S>
where
    Self: Pooled,
{
    fn response(call: &mut Self, response: &Response<B>) {
        // A response without messages has its status in the head.
        call.code = GrpcCode::of(response.headers());
        if call.code.is_none() && !response.status().is_success() {
            call.code = Some(GrpcCode::of_http(response.status()));
        }
    }
}

impl<S: Side> CountedCall for GrpcCall<S>
where
    Self: Pooled,
{
    type State = Self;

    fn request(call: &Self) -> Option<nested::Request> {
        Some(call.request)
    }

    fn trailers(call: &mut Self, trailers: &HeaderMap) {
        call.code = GrpcCode::of(trailers).or(call.code);
    }

    fn end(call: &mut Self, end: End) {
        let nanoseconds = call.began.nanoseconds();
        // The peer's timer started earlier, and it ends the call at the deadline.
        let is_overdue = call
            .timeout
            .is_some_and(|timeout| timeout <= Duration::from_nanos(nanoseconds) + (timeout / 10).min(AHEAD));
        let code = match (end, call.code) {
            (End::Complete, Some(code)) => code,
            (End::Cancelled | End::Failed, _) if is_overdue => GrpcCode::DeadlineExceeded,
            (End::Cancelled, _) => GrpcCode::Cancelled,
            // A transport that fails has no status.
            (End::Failed, _) => GrpcCode::Unavailable,
            (End::Complete, None) | (End::Panicked, _) => GrpcCode::Unknown,
        };
        record(call.method.series::<S>(code), nanoseconds);
    }
}

impl<S> fmt::Debug for GrpcCall<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GrpcCall").field("method", &self.method).field("code", &self.code).finish_non_exhaustive()
    }
}

/// The value of `grpc-timeout`: at most eight digits and a unit, by the
/// [protocol](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).
fn parse_timeout(value: &str) -> Option<Duration> {
    let (digits, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(count * 3_600),
        "M" => Duration::from_secs(count * 60),
        "S" => Duration::from_secs(count),
        "m" => Duration::from_millis(count),
        "u" => Duration::from_micros(count),
        "n" => Duration::from_nanos(count),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_digits_and_a_unit() {
        assert_eq!(parse_timeout("2H"), Some(Duration::from_secs(7_200)));
        assert_eq!(parse_timeout("99999999M"), Some(Duration::from_secs(99_999_999 * 60)));
        assert_eq!(parse_timeout("1m"), Some(Duration::from_millis(1)));
        assert_eq!(parse_timeout("250u"), Some(Duration::from_micros(250)));
        for invalid in ["", "1", "S", "1s", "-1S", "+1S", "123456789S", "1.5S", "1µ"] {
            assert_eq!(parse_timeout(invalid), None, "{invalid}");
        }
    }
}
