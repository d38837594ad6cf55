//! Limits and defaults.

/// The default bucket bounds of durations, in seconds: those of Prometheus' client libraries.
pub const DEFAULT_BUCKETS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The maximum number of bucket bounds of a histogram.
pub const MAX_BUCKETS: usize = 64;

/// The maximum number of labels of a family; with more labels, families rarely stay below the limit of series.
pub const MAX_LABELS: usize = 8;

/// The default of `max_series`: the maximum number of series of a family.
pub const DEFAULT_MAX_SERIES: usize = 1_000;

/// The default cap of an open label: the number of values with their own series.
pub const DEFAULT_CAP: usize = 100;

/// The highest cap of an open label.
pub const MAX_CAP: usize = 10_000;

/// The default maximum number of series of a family for which all series are initialised at zero.
pub const ZERO_SERIES_LIMIT: usize = 100;

/// Durations by more than this number of outcomes show the outcomes that occurred, and not all of them at zero: a histogram takes many lines.
pub const MAX_EMPTY_HISTOGRAMS: usize = 8;

/// Labels that say what was called: rules are grouped by them, and the live page has a row for each combination.
pub const SITE_LABELS: [&str; 5] = ["module", "function", "http_route", "rpc_method", "server_address"];

/// Labels that Prometheus attaches to every series that it scrapes.
pub const TARGET_LABELS: [&str; 2] = ["job", "instance"];

/// The value for values beyond an open label's cap, for skipped variants, and for indices out of range of a hand-written `LabelValue`.
pub const OTHER: &str = "other";
