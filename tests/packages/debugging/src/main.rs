//! An application with the recorder of `metrics-util` that is made for looking at: it prints a line for each metric.

#![forbid(unsafe_code)]
#![deny(warnings)]

use metrics_util::debugging::{DebugValue, DebuggingRecorder};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    recorder.install()?;
    billing::work();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let mut labels: Vec<_> = key.key().labels().map(|label| format!("{}:{}", label.key(), label.value())).collect();
        labels.sort();
        let value = match value {
            DebugValue::Counter(count) => count.to_string(),
            DebugValue::Gauge(level) => level.to_string(),
            DebugValue::Histogram(values) => format!("{} values", values.len()),
        };
        println!("{} {} {value}", key.key().name(), labels.join(","));
    }
    Ok(())
}
