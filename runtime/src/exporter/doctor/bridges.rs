//! Exporters of other crates that lose changes of gauges.

/// The crates, and what happens to gauges in each. The facade has no way to read a gauge back, so this is a list of what
/// `tests/packages/bridges` sees at the other end of each exporter.
pub(super) const BRIDGES: [(&str, &str); 2] = [
    (
        "metrics-exporter-opentelemetry",
        "keeps a separate sum for each function, so functions that share a gauge overwrite each other's value",
    ),
    ("metrics-exporter-statsd", "ignores increments and decrements, so it does not send gauges of calls in flight"),
];
