//! The formats of an exposition.

pub(super) mod page;
pub(super) mod text;
