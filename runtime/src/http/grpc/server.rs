//! The server's end of gRPC calls.

use metrics_instrumented_macros::Operation;

use super::super::bounds;
use super::super::code::GrpcCode;
use super::super::nested::{Kind, Request};
use super::super::on_demand;
use super::super::resolved::Family;
use super::side::{Side, System};
use crate::call::operation::Operation;
use crate::label::Open;
use crate::series::families::Series;

/// gRPC calls that this server answers.
#[derive(Operation)]
#[operation(
    crate = on_demand,
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

/// The server's end.
#[derive(Clone, Copy, Debug)]
pub enum GrpcServer {}

impl Side for GrpcServer {
    const FAMILY: Family = Family::GrpcServer;

    fn request(_path: &str) -> Request {
        Request::to_server(Kind::GrpcServer)
    }

    fn series(method: &str, code: GrpcCode) -> &'static Series {
        Incoming { rpc_method: Open::new(method), rpc_response_status_code: code, rpc_system_name: System::Grpc }
            .series()
    }
}
