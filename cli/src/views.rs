//! Views of the exporter: the catalogue as it is exposed, and what alerts and panels need of it.

mod applied;
mod file;
pub(crate) mod needs;

pub(crate) use file::Views;
