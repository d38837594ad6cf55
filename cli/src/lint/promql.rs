//! From the text of a query to its syntax tree.

pub(super) mod literals;
pub(super) mod variables;
