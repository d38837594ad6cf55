//! A collector sets gauges; nothing reads what it returns.

use std::time::Duration;

use metrics_instrumented::{Gauge, exporter};

/// Jobs that wait.
#[derive(Gauge)]
#[gauge(name = "queue_length")]
struct QueueLength;

fn main() {
    let queue = vec![1];
    let limit = Duration::from_secs(1);
    let length = queue.len();
    let exporter = exporter()
        .collector("number", limit, move || length)
        .collector("fallible", limit, move || "3".parse::<u32>())
        .collector("nothing", limit, move || QueueLength.set(length))
        .collector("errors", limit, move || "3".parse::<u32>().map(|length| QueueLength.set(length)))
        .collector_gauge("gauge", limit, QueueLength, move || length);
    let handle = exporter.build().expect("it is valid").handle();
    handle.collector("optional", limit, || Some(3)).expect("it is valid");
}
