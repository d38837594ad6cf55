//! The definitions that the tool shares with the library.

pub(crate) use metrics_instrumented_shared::names::*;
