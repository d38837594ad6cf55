//! gRPC calls, by OpenTelemetry's conventions.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use http::uri::PathAndQuery;
use http::{HeaderMap, Response};
use metrics_instrumented_macros::{LabelValue, Operation};

use super::bounds;
use super::code::{ClientCode, GrpcCode};
use super::head::RequestHead;
use super::observe::{End, Observe, ObservedCall};
use crate::call::operation::Operation;
use crate::call::running::record;
use crate::clock;
use crate::label::Open;
use crate::series::families::Series;

/// The value for methods that the server does not implement.
const UNKNOWN_METHOD: &str = "_OTHER";

/// How far the peer's clock may be ahead, at most: as long as a request takes to get here.
const AHEAD: Duration = Duration::from_millis(50);

/// The only system that is counted here.
#[derive(LabelValue)]
#[label(crate = crate, rename_all = "lowercase")]
enum System {
    Grpc,
}

/// gRPC calls that this server answers.
#[derive(Operation)]
#[operation(
    crate = crate,
    duration = "rpc_server_call_duration_seconds",
    help = "Measures the duration of an incoming Remote Procedure Call (RPC).",
    buckets = bounds::SECONDS,
    max_series = 50_000,
)]
#[allow(clippy::struct_field_names, reason = "the conventions name them")]
struct Incoming<'a> {
    #[label(max = 1_000)]
    rpc_method: Open<'a>,
    rpc_response_status_code: GrpcCode,
    rpc_system_name: System,
}

/// gRPC calls that this client makes.
#[derive(Operation)]
#[operation(
    crate = crate,
    duration = "rpc_client_call_duration_seconds",
    help = "Measures the duration of an outgoing Remote Procedure Call (RPC).",
    buckets = bounds::SECONDS,
    max_series = 50_000,
)]
#[allow(clippy::struct_field_names, reason = "the conventions name them")]
struct Outgoing<'a> {
    #[label(max = 1_000)]
    rpc_method: Open<'a>,
    rpc_response_status_code: ClientCode,
    rpc_system_name: System,
}

/// Which end of gRPC calls is counted.
pub trait Side {
    #[doc(hidden)]
    fn series(method: &str, code: GrpcCode) -> &'static Series;
}

/// The server's end.
#[derive(Clone, Copy, Debug)]
pub enum GrpcServer {}

/// The client's end.
#[derive(Clone, Copy, Debug)]
pub enum GrpcClient {}

impl Side for GrpcServer {
    fn series(method: &str, code: GrpcCode) -> &'static Series {
        Incoming { rpc_method: Open::new(method), rpc_response_status_code: code, rpc_system_name: System::Grpc }
            .series()
    }
}

impl Side for GrpcClient {
    fn series(method: &str, code: GrpcCode) -> &'static Series {
        Outgoing {
            rpc_method: Open::new(method),
            rpc_response_status_code: ClientCode(code),
            rpc_system_name: System::Grpc,
        }
        .series()
    }
}

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

impl<S: Side> Observe for Grpc<S> {
    type Call = GrpcCall<S>;

    fn begin(&self, request: RequestHead<'_>) -> GrpcCall<S> {
        let timeout = request.headers.get("grpc-timeout").and_then(|timeout| parse_timeout(timeout.to_str().ok()?));
        GrpcCall {
            began: clock::reading(),
            timeout,
            path: request.uri.path_and_query().cloned(),
            code: None,
            side: PhantomData,
        }
    }
}

/// One gRPC call. Which series it is counted under is known at its end: a method that the server does not implement is `_OTHER`.
pub struct GrpcCall<S> {
    began: u64,
    timeout: Option<Duration>,
    path: Option<PathAndQuery>,
    code: Option<GrpcCode>,
    side: PhantomData<fn() -> S>,
}

impl<S: Side, B> ObservedCall<B> for GrpcCall<S> {
    fn response(&mut self, response: &Response<B>) {
        // A response without messages carries its status in the head.
        self.code = GrpcCode::of(response.headers());
        if self.code.is_none() && !response.status().is_success() {
            self.code = Some(GrpcCode::of_http(response.status()));
        }
    }

    fn trailers(&mut self, trailers: &HeaderMap) {
        self.code = GrpcCode::of(trailers).or(self.code);
    }

    fn end(self, end: End) {
        let code = match (end, self.code) {
            (End::Complete, Some(code)) => code,
            (End::Cancelled | End::Failed, _) if self.is_overdue() => GrpcCode::DeadlineExceeded,
            (End::Cancelled, _) => GrpcCode::Cancelled,
            // A transport that fails has no status.
            (End::Failed, _) => GrpcCode::Unavailable,
            (End::Complete, None) | (End::Panicked, _) => GrpcCode::Unknown,
        };
        let path = self.path.as_ref().map_or("", |path| path.path());
        let method = if code == GrpcCode::Unimplemented { UNKNOWN_METHOD } else { path.trim_start_matches('/') };
        record(S::series(method, code), clock::since(self.began), 0);
    }
}

impl<S> GrpcCall<S> {
    /// Whether the deadline has passed or is about to: the peer's clock runs a moment ahead, and it ends the call then.
    fn is_overdue(&self) -> bool {
        self.timeout.is_some_and(|timeout| timeout <= clock::since(self.began) + (timeout / 10).min(AHEAD))
    }
}

impl<S> fmt::Debug for GrpcCall<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GrpcCall").field("path", &self.path).field("code", &self.code).finish_non_exhaustive()
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
