//! From label values to what is kept for them: the static behind an operation, its series, their keys and handles.

#[cfg(feature = "exporter")]
pub(crate) mod exposed;
pub(crate) mod families;
pub(crate) mod interner;
pub(crate) mod overflow;
pub(crate) mod table;
