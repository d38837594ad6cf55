//! Generated `PromQL`.

pub(crate) mod queries;
