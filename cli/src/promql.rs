//! Generated `PromQL`.

pub(crate) mod bounds;
pub(crate) mod duration;
pub(crate) mod matcher;
pub(crate) mod owned;
pub(crate) mod queries;
