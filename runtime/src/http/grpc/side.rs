//! What the two ends of gRPC calls have in common.

use metrics_instrumented_macros::LabelValue;

use super::super::code::GrpcCode;
use super::super::nested::Request;
use super::super::resolved::Family;
use crate::series::families::Series;

/// The only system that is counted here.
#[derive(LabelValue)]
#[label(crate = crate, rename_all = "lowercase")]
pub(super) enum System {
    Grpc,
}

/// Which end of gRPC calls is counted.
pub trait Side {
    #[doc(hidden)]
    const FAMILY: Family;

    #[doc(hidden)]
    fn request(path: &str) -> Request;

    #[doc(hidden)]
    fn series(method: &str, code: GrpcCode) -> &'static Series;
}
