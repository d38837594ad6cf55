//! What is recorded: the declared families, and the metrics that nobody declared.

mod cells;
#[cfg(feature = "exemplars")]
mod exemplars;
pub(super) mod families;
pub(super) mod sink;
mod source;
