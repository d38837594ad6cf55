//! What is recorded: the declared families, and the metrics that nobody declared.

mod cells;
mod claims;
#[cfg(feature = "exemplars")]
mod exemplars;
mod families;
mod family;
pub(super) mod fault;
mod foreign;
mod rejected;
pub(super) mod sink;
mod source;
pub(super) mod zero_series;
