//! Generated `PromQL`.

pub(crate) mod owned;
pub(crate) mod queries;
