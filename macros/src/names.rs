//! The definitions that the macros share with the runtime.

pub(crate) use metrics_instrumented_shared::names::*;
