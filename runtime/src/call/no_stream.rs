//! What functions that return a stream are told where the feature `stream` is off.

#![allow(
    clippy::needless_pass_by_value,
    clippy::must_use_candidate,
    missing_docs,
    reason = "never called: the bound has no implementation"
)]

use crate::series::families::Series;

/// Nothing implements it; its message is what it is for.
#[diagnostic::on_unimplemented(
    message = "functions that return a stream need the feature `stream` of metrics-instrumented",
    label = "a stream, which ends long after the function",
    note = "enable it: `cargo add metrics-instrumented --features stream`"
)]
pub trait NeedsFeature {}

pub fn instrument_stream<S: NeedsFeature, C>(_: &'static Series, stream: S, _: C) -> S {
    stream
}

pub fn instrument_stream_boxed<S: NeedsFeature, C>(_: &'static Series, stream: S, _: C) -> S {
    stream
}

pub fn instrument_stream_unpinned<S: NeedsFeature, C>(_: &'static Series, stream: S, _: C) -> S {
    stream
}

/// Not bounded: one error is enough.
pub fn item<T, S>(stream: S) -> S {
    stream
}
