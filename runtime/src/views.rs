//! Views: what operators change in the exposition without changing the code. This is the file's syntax and its check against the catalogue, which
//! the command-line tool has in common with the runtime; what the exporter does with it is in `exporter/views`.

pub(crate) mod check;
pub(crate) mod entry;
pub(crate) mod model;
pub(crate) mod read;
mod suggest;
#[cfg(test)]
mod tests;
