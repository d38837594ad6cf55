//! `PromQL` that the tool writes.

pub(crate) mod owned;
pub(crate) mod queries;
