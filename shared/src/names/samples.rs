//! The names of a family's samples. Two families of a program must not share one, in any format: a server rejects the whole exposition.

use super::kind::Kind;

/// The name of a family in `OpenMetrics` 1.0, in which a counter's name has no `_total`.
#[must_use]
pub fn openmetrics_name(name: &str, kind: Kind) -> &str {
    match kind {
        Kind::Counter => name.strip_suffix("_total").unwrap_or(name),
        Kind::Gauge | Kind::Histogram => name,
    }
}

/// The names of a family and of its samples in any format, as their beginning and the endings that follow it.
#[must_use]
pub fn sample_names(name: &str, kind: Kind) -> (&str, &'static [&'static str]) {
    let endings: &[&str] = match kind {
        // `OpenMetrics` appends `_total`, independent of the recorded name.
        Kind::Counter => &["", "_total", "_created"],
        Kind::Gauge => &[""],
        Kind::Histogram => &["", "_bucket", "_sum", "_count", "_created"],
    };
    (openmetrics_name(name, kind), endings)
}
