//! `PromQL` that the tool writes.

pub(crate) mod queries;
