//! The client's end of gRPC calls.

use metrics_instrumented_macros::Operation;

use super::super::bounds;
use super::super::code::{ClientCode, GrpcCode};
use super::super::nested::{Kind, Request};
use super::super::on_demand;
use super::super::resolved::Family;
use super::side::{Side, System};
use crate::call::operation::Operation;
use crate::label::Open;
use crate::series::families::Series;

/// gRPC calls that this client makes.
#[derive(Operation)]
#[operation(
    crate = on_demand,
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

/// The client's end.
#[derive(Clone, Copy, Debug)]
pub enum GrpcClient {}

impl Side for GrpcClient {
    const FAMILY: Family = Family::GrpcClient;

    fn request(path: &str) -> Request {
        Request::to_path(Kind::GrpcClient, path)
    }

    fn series(method: &str, code: GrpcCode) -> &'static Series {
        Outgoing {
            rpc_method: Open::new(method),
            rpc_response_status_code: ClientCode(code),
            rpc_system_name: System::Grpc,
        }
        .series()
    }
}
