//! Views of the exporter: the catalogue as it is exposed, and the parts of it that alerts and panels need.

mod applied;
mod file;
mod muted;
pub(crate) mod needs;

pub(crate) use file::Views;
