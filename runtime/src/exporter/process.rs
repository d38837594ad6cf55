//! Process metrics, by `metrics-process`.

use std::time::Duration;

/// The name of the collector.
pub(super) const COLLECTOR: &str = "process";

/// Reading `/proc` takes less than a millisecond.
pub(super) const LIMIT: Duration = Duration::from_secs(1);

/// The function that runs on every scrape.
pub(super) fn collect() -> impl FnMut() + Send {
    let mut collector = None;
    move || {
        let collector = collector.get_or_insert_with(|| {
            let collector = metrics_process::Collector::default();
            collector.describe();
            collector
        });
        collector.collect();
    }
}
