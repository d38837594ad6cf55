//! Kinds, roles and names of metrics, and limits.

mod kind;
mod limits;
mod native;
mod never;
mod outcome_class;
mod own;
mod role;
mod samples;
mod valid;
mod variables;

pub use kind::Kind;
pub use limits::{
    DEFAULT_BUCKETS, DEFAULT_CAP, DEFAULT_MAX_SERIES, MAX_BUCKETS, MAX_CAP, MAX_EMPTY_HISTOGRAMS, MAX_LABELS, OTHER,
    SITE_LABELS, TARGET_LABELS, ZERO_SERIES_LIMIT,
};
pub use native::{NATIVE_FACTOR_ERROR, native_growth, native_schema};
pub use never::Never;
pub use outcome_class::OutcomeClass;
pub use own::*;
pub use role::{Ends, Role, UNNAMED};
pub use samples::{openmetrics_name, sample_names};
pub use valid::{base_name_error, buckets_error, buckets_message, label_name_error, metric_name_error, same};
pub use variables::{CA_VARIABLE, DOCS_VARIABLE, PROMETHEUS_URL_VARIABLE, VARIABLES_OF_OTHERS};
