//! `open(.., idle = n)` and `Handle::retire`: values that are removed from the exposition. Each test has a process of its own, because it moves the time of the whole
//! process.

#![forbid(unsafe_code)]

mod capture;
mod foreign;
mod forms;
mod handover;
mod metrics;
mod metrics_model;
mod model;
mod refused;
mod tenants;
mod views;

use std::time::Duration;

use metrics_instrumented::Handle;
use metrics_instrumented_tests::Exposition;
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

fn install() -> Handle {
    metrics_instrumented::exporter().install_recorder().expect("nothing is installed yet")
}

fn read(metrics: &Handle) -> Exposition {
    let text = metrics.render();
    Exposition::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn wait(seconds: u64) {
    metrics_instrumented::testing::advance(Duration::from_secs(seconds));
}
