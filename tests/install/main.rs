//! What is installed when, and in which order: every test is a process of its own.

#![forbid(unsafe_code)]

mod doctor;
mod foreign;
mod idle;
mod listening;
mod order;
mod runtimes;
mod shutdown;

use metrics_instrumented::instrumented;
use metrics_instrumented_tests::{Calls, Exposition};

/// A call, for all tests here.
#[instrumented(name = "install_calls")]
fn call(fail: bool) -> Result<(), ()> {
    if fail { Err(()) } else { Ok(()) }
}

/// What is recorded, as the installed exporter renders it.
#[track_caller]
fn calls(base: &str) -> Calls {
    let handle = metrics_instrumented::handle().expect("an exporter is installed");
    Calls::of(&Exposition::parse(&handle.render()).expect("a valid exposition"), base, &[])
}
