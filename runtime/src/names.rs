//! The definitions that the runtime shares with the macros and the command-line tool.

pub use metrics_instrumented_shared::names::*;
