//! Pushes: to the real Pushgateway, and to gateways that are not well.

#![forbid(unsafe_code)]

mod environment;
mod gateway;
mod ill;
mod server;
mod settings;
mod tls;

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

/// Whether this process is the one of a test's own that pushes to the gateway of the other one, which sees what arrived.
fn is_told_where() -> bool {
    std::env::var_os("METRICS_INSTRUMENTED_PUSH_URL").is_some()
}
