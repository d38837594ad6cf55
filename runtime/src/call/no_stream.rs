//! The compile error of functions that return a stream, without the feature `stream`.

#![allow(
    clippy::needless_pass_by_value,
    clippy::must_use_candidate,
    missing_docs,
    reason = "never called: the bound has no implementation"
)]

use crate::series::lazy::LazySeries;

/// Nothing implements it: a use of it is an error with its message.
#[diagnostic::on_unimplemented(
    message = "functions that return a stream need the feature `stream` of metrics-instrumented",
    label = "this function returns a stream",
    note = "enable it: `cargo add metrics-instrumented --features stream`"
)]
pub trait NeedsFeature {}

pub fn instrument_stream<S: NeedsFeature, C>(_: impl Into<LazySeries>, stream: S, _: C) -> S {
    stream
}

pub fn instrument_stream_boxed<S: NeedsFeature, C>(_: impl Into<LazySeries>, stream: S, _: C) -> S {
    stream
}

pub fn instrument_stream_unpinned<S: NeedsFeature, C>(_: impl Into<LazySeries>, stream: S, _: C) -> S {
    stream
}

/// Without a bound, so that there is only one error.
pub fn item<T, S>(stream: S) -> S {
    stream
}
