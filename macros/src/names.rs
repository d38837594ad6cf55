//! What the macros, the runtime and the tool have to agree on: each fact is written once, in this folder, and the other two crates have
//! links to its files.

mod kind;
mod limits;
mod native;
mod outcome_class;
mod own;
mod role;
mod valid;

pub use kind::Kind;
pub use limits::{DEFAULT_BUCKETS, DEFAULT_MAX_SERIES, MAX_LABELS};
pub(crate) use limits::{DEFAULT_CAP, MAX_BUCKETS, MAX_CAP, OTHER, TARGET_LABELS, ZERO_SERIES_LIMIT};
pub(crate) use native::{NATIVE_FACTOR_ERROR, native_growth, native_schema};
pub use outcome_class::OutcomeClass;
pub(crate) use own::*;
pub use role::Role;
pub(crate) use role::UNNAMED;
pub(crate) use valid::{base_name_error, buckets_error, label_name_error, metric_name_error, same};
