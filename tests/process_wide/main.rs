//! One process, its exporter installed once as a service does it: calls of every thread and task arrive, exactly.

#![forbid(unsafe_code)]

mod consistency;
mod declared;
mod local_beside;
mod polls;
mod running;
mod scrape;
mod tasks;
mod threads;

use std::net::SocketAddr;
use std::sync::OnceLock;

use metrics_instrumented::Handle;
use metrics_instrumented_tests::{Calls, Exposition, http};

/// The exporter of this process; the first test that asks installs it.
fn exporter() -> &'static Handle {
    static INSTALLED: OnceLock<Handle> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        let exporter = metrics_instrumented::exporter().listen("127.0.0.1:0").global_label("zone", "eu-1");
        exporter.install().expect("nothing is installed yet")
    })
}

/// Where it listens.
fn address() -> SocketAddr {
    exporter().local_addr().expect("it listens")
}

/// What it answers to a scrape.
fn scrape() -> Exposition {
    http::scrape(address())
}

/// The calls of an operation with these labels and the global one.
#[track_caller]
fn calls(base: &str, labels: &[(&str, &str)]) -> Calls {
    Calls::of(&scrape(), base, &here(labels))
}

/// The labels with the global one.
fn here<'a>(labels: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    labels.iter().copied().chain([("zone", "eu-1")]).collect()
}
