//! Exporters of other crates that lose changes of gauges.

/// The crates, and what happens to gauges in each. The facade offers no way to read a gauge back, so this is a list of what
/// `tests/packages/bridges` sees at the other end of each exporter.
pub(super) const BRIDGES: [(&str, &str); 2] = [
    (
        "metrics-exporter-opentelemetry",
        "adds up each function's gauge apart, so that functions with a common gauge overwrite each other's value",
    ),
    ("metrics-exporter-statsd", "ignores increments and decrements, so that no gauge of running calls arrives"),
];
