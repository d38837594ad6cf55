//! `const` validators of metric names, label names and bucket bounds.
//!
//! The character sets are those of Prometheus' [data model](https://prometheus.io/docs/concepts/data_model/), the endings those of its
//! [naming practices](https://prometheus.io/docs/practices/naming/) and of `OpenMetrics` 1.0.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;

use super::kind::Kind;
use super::limits::MAX_BUCKETS;

/// The units that a histogram's name may end in: Prometheus' base units, ratios, and numbers of things.
const UNITS: [&str; 12] = [
    "_seconds",
    "_bytes",
    "_ratio",
    "_meters",
    "_grams",
    "_joules",
    "_volts",
    "_amperes",
    "_celsius",
    "_items",
    "_requests",
    "_rows",
];

/// Endings that the exposition formats append to a family's name.
const RESERVED_ENDINGS: [&str; 5] = ["_bucket", "_sum", "_count", "_created", "_info"];

/// Checks the name of a metric family of this kind; returns the error, if there is one.
#[must_use]
pub const fn metric_name_error(name: &str, kind: Kind) -> Option<&'static str> {
    let bytes = name.as_bytes();
    if bytes.is_empty() {
        return Some("a metric name cannot be empty");
    }
    if !is_metric_start(bytes[0]) {
        return Some("a metric name must start with a letter from a to z or A to Z, `_` or `:`");
    }
    let mut at = 0;
    while at < bytes.len() {
        if !is_metric_start(bytes[at]) && !bytes[at].is_ascii_digit() {
            return Some("a metric name may contain only the letters a to z and A to Z, digits, `_` and `:`");
        }
        at += 1;
    }
    if contains_double_underscore(bytes) {
        return Some("a metric name must not contain `__`, which is reserved by Prometheus");
    }
    if bytes[bytes.len() - 1] == b'_' {
        return Some("a metric name must not end in `_`");
    }
    let mut at = 0;
    while at < RESERVED_ENDINGS.len() {
        // `_info` is the ending of info gauges.
        if ends_with(bytes, RESERVED_ENDINGS[at].as_bytes()) && !(at == 4 && matches!(kind, Kind::Gauge)) {
            return Some(
                "the endings `_bucket`, `_sum`, `_count`, `_created` and `_info` are reserved by the exposition formats; choose another one",
            );
        }
        at += 1;
    }
    let total = ends_with(bytes, b"_total");
    match kind {
        Kind::Counter if !total => Some("counter names must end in `_total`; add it"),
        Kind::Gauge | Kind::Histogram if total => Some("only counter names end in `_total`; remove it"),
        Kind::Histogram if !ends_in_unit(bytes) => {
            Some("histogram names must end in a unit, for instance `_seconds` or `_bytes`; add it")
        }
        _ => None,
    }
}

/// Checks the name of an operation (`x` of `x_total`, `x_duration_seconds`, `x_in_flight`) or a prefix of names; returns the error, if there is one.
#[must_use]
pub const fn base_name_error(name: &str) -> Option<&'static str> {
    if let Some(error) = metric_name_error(name, Kind::Gauge) {
        return Some(error);
    }
    let bytes = name.as_bytes();
    if ends_with(bytes, b"_seconds") || ends_with(bytes, b"_in_flight") {
        return Some("`_total`, `_duration_seconds` and `_in_flight` are appended to this name; remove the ending");
    }
    None
}

/// Checks the name of a label; returns the error, if there is one.
#[must_use]
pub const fn label_name_error(name: &str) -> Option<&'static str> {
    let bytes = name.as_bytes();
    if bytes.is_empty() {
        return Some("a label name cannot be empty");
    }
    if !is_label_start(bytes[0]) {
        return Some("a label name must start with a letter from a to z or A to Z, or `_`");
    }
    let mut at = 0;
    while at < bytes.len() {
        if !is_label_start(bytes[at]) && !bytes[at].is_ascii_digit() {
            return Some("a label name may contain only the letters a to z and A to Z, digits and `_`");
        }
        at += 1;
    }
    if contains_double_underscore(bytes) {
        return Some("a label name must not contain `__`, which is reserved by Prometheus");
    }
    if equal(bytes, b"le") || equal(bytes, b"quantile") {
        return Some("the labels `le` and `quantile` are reserved for histograms and summaries; choose another name");
    }
    None
}

/// Checks bucket bounds; returns the index of the wrong bound and the error, if there is one.
#[must_use]
pub const fn buckets_error(bounds: &[f64]) -> Option<(usize, &'static str)> {
    if bounds.is_empty() {
        return Some((0, "a histogram needs at least one bucket bound; `+Inf` is implied"));
    }
    let mut at = 0;
    while at < bounds.len() {
        if !bounds[at].is_finite() {
            return Some((at, "a bucket bound must be finite; `+Inf` is implied"));
        }
        if at > 0 && bounds[at] <= bounds[at - 1] {
            return Some((at, "bucket bounds must increase; each must be greater than the one before it"));
        }
        at += 1;
    }
    if bounds.len() > MAX_BUCKETS {
        return Some((
            MAX_BUCKETS,
            "a histogram may have at most 64 buckets, because each is a separate series; remove some",
        ));
    }
    None
}

/// Like [`buckets_error`], with the bounds in the message; a `const` check cannot format numbers.
#[must_use]
pub fn buckets_message(bounds: &[f64]) -> Option<(usize, String)> {
    let (at, error) = buckets_error(bounds)?;
    let message = match (at.checked_sub(1).and_then(|before| bounds.get(before)), bounds.get(at)) {
        (Some(before), Some(bound)) if bound.is_finite() && bound <= before => {
            format!("bucket bounds must increase, and {bound} is not greater than {before}, the bound before it")
        }
        _ => error.to_owned(),
    };
    Some((at, message))
}

const fn is_metric_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b':'
}

const fn is_label_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

const fn contains_double_underscore(bytes: &[u8]) -> bool {
    let mut at = 1;
    while at < bytes.len() {
        if bytes[at] == b'_' && bytes[at - 1] == b'_' {
            return true;
        }
        at += 1;
    }
    false
}

const fn ends_in_unit(bytes: &[u8]) -> bool {
    let mut at = 0;
    while at < UNITS.len() {
        if ends_with(bytes, UNITS[at].as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}

const fn ends_with(bytes: &[u8], ending: &[u8]) -> bool {
    if ending.len() > bytes.len() {
        return false;
    }
    let mut at = 0;
    while at < ending.len() {
        if bytes[bytes.len() - ending.len() + at] != ending[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Whether two names are equal.
#[must_use]
pub const fn same(a: &str, b: &str) -> bool {
    equal(a.as_bytes(), b.as_bytes())
}

const fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && ends_with(a, b)
}
