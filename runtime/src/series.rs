//! Maps label values to their series: the static of an operation, its series, their keys, handles and slots.

pub(crate) mod description;
pub(crate) mod entry;
#[cfg(feature = "exporter")]
pub(crate) mod exposed;
mod extended;
pub(crate) mod families;
pub(crate) mod interner;
mod kept;
pub(crate) mod lazy;
mod leasing;
#[cfg(feature = "exporter")]
mod numbers;
#[cfg(feature = "exporter")]
mod open;
pub(crate) mod overflow;
pub(crate) mod table;
