//! Environment variables that other parts than the exporter read. The exporter accepts and ignores them: `[env]` of `.cargo/config.toml`, for instance,
//! sets them for the programs that `cargo run` starts, too.

/// Read by the attribute: `off` hides the text that editors show after a function's documentation.
pub const DOCS_VARIABLE: &str = "METRICS_INSTRUMENTED_DOCS";

/// Read by the attribute: the URL of Prometheus, for links in that text.
pub const PROMETHEUS_URL_VARIABLE: &str = "METRICS_INSTRUMENTED_PROMETHEUS_URL";

/// Read by the command-line tool: a file with the certificate authority of a target.
pub const CA_VARIABLE: &str = "METRICS_INSTRUMENTED_CA";

/// All of them.
pub const VARIABLES_OF_OTHERS: [&str; 3] = [DOCS_VARIABLE, PROMETHEUS_URL_VARIABLE, CA_VARIABLE];
