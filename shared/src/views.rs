//! Views: what operators change in the exposition without changing the code. This is the syntax of their file and its check against the declared
//! families. The exporter and the command-line tool apply them.

pub mod check;
pub mod entry;
pub mod model;
pub mod read;
#[cfg(test)]
mod tests;
