//! The metrics of the exporter about itself, and those of the feature `process`: name, kind, labels and HELP.
//!
//! The runtime registers them by these entries, and the linter reads their names and labels. `docs/exporter.md` lists those of the exporter;
//! `tests/documents` compares the two.

use super::kind::Kind;

/// A metric family that users do not declare.
#[derive(Clone, Copy, Debug)]
pub struct OwnMetric {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// Its HELP.
    pub help: &'static str,
}

macro_rules! own_metrics {
    ($list:ident: $($metric:ident = $kind:ident $name:literal $labels:tt $help:literal;)*) => {
        $(
            #[doc = $help]
            pub const $metric: OwnMetric = OwnMetric { name: $name, kind: Kind::$kind, labels: &$labels, help: $help };
        )*

        /// All of them.
        pub const $list: &[OwnMetric] = &[$($metric),*];
    };
}

own_metrics! { OWN_METRICS:
    LABEL_OVERFLOW = Counter "metrics_instrumented_label_overflow_total" ["metric", "label"]
        "Calls whose value of an open label was beyond the label's cap, counted as other.";
    UNTRACKED_CALLS = Counter "metrics_instrumented_untracked_calls_total" ["metric"]
        "Calls that the age of the oldest call in flight leaves out, because 4096 calls of the series were running.";
    REJECTED_METRICS = Counter "metrics_instrumented_rejected_metrics_total" ["reason"]
        "Metrics that the exposition cannot show and leaves out, by reason.";
    SCRAPES = Counter "metrics_instrumented_scrapes_total" ["code"]
        "Requests for the metrics, by status code of the response.";
    SCRAPE_DURATION = Histogram "metrics_instrumented_scrape_duration_seconds" []
        "Duration of collecting and rendering the metrics, in seconds.";
    SCRAPE_BYTES = Gauge "metrics_instrumented_scrape_bytes" []
        "Length of the last exposition in bytes, before compression.";
    SCRAPE_SERIES = Gauge "metrics_instrumented_scrape_series" []
        "Number of series in the last exposition; a histogram counts as one.";
    CONNECTIONS = Gauge "metrics_instrumented_connections" []
        "Open connections of the metrics listeners.";
    CONNECTIONS_DROPPED = Counter "metrics_instrumented_connections_dropped_total" ["reason"]
        "Connections that the metrics listeners refused or closed, by reason.";
    COLLECTOR_UP = Gauge "metrics_instrumented_collector_up" ["collector"]
        "Whether the collector's last run succeeded within its time limit.";
    COLLECTOR_FAILURES = Counter "metrics_instrumented_collector_failures_total" ["collector", "reason"]
        "Failed runs of the collector, by reason.";
    COLLECTOR_DURATION = Gauge "metrics_instrumented_collector_duration_seconds" ["collector"]
        "Duration of the collector's last run, in seconds.";
    TLS_RELOAD_FAILURES = Counter "metrics_instrumented_tls_reload_failures_total" []
        "Reloads of the TLS certificate that failed and kept the previous one.";
    VIEWS_RELOAD_FAILURES = Counter "metrics_instrumented_views_reload_failures_total" []
        "Reloads of the file of views that failed and kept the previous views.";
    PUSHES = Counter "metrics_instrumented_pushes_total" ["result"]
        "Pushes to a Pushgateway or an OpenTelemetry collector, by result.";
}

own_metrics! { PROCESS_METRICS:
    PROCESS_CPU = Counter "process_cpu_seconds_total" [] "Total user and system CPU time spent in seconds.";
    PROCESS_OPEN_FDS = Gauge "process_open_fds" [] "Number of open file descriptors.";
    PROCESS_MAX_FDS = Gauge "process_max_fds" [] "Maximum number of open file descriptors.";
    PROCESS_VIRTUAL_MEMORY = Gauge "process_virtual_memory_bytes" [] "Virtual memory size in bytes.";
    PROCESS_VIRTUAL_MEMORY_MAX = Gauge "process_virtual_memory_max_bytes" []
        "Maximum amount of virtual memory available in bytes.";
    PROCESS_RESIDENT_MEMORY = Gauge "process_resident_memory_bytes" [] "Resident memory size in bytes.";
    PROCESS_START_TIME = Gauge "process_start_time_seconds" [] "Start time of the process since unix epoch in seconds.";
    PROCESS_THREADS = Gauge "process_threads" [] "Number of OS threads in the process.";
}
