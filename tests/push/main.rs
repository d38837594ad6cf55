//! Pushes: to the real Pushgateway, and to gateways that are not well.

#![forbid(unsafe_code)]

mod gateway;
mod ill;
mod settings;

use metrics_instrumented::{Handle, Recorder, exporter, instrumented};

/// Backups.
#[instrumented(name = "push_backups")]
fn back_up() {}

/// An exporter that is installed nowhere, after one backup.
fn job() -> (Recorder, Handle) {
    let recorder = exporter().build().expect("valid settings");
    metrics::with_local_recorder(&recorder, back_up);
    let handle = recorder.handle();
    (recorder, handle)
}
