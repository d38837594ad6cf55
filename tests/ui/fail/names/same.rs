//! Two families of one operation with one name.

#![allow(unused)]

use metrics_instrumented::{LabelValue, instrumented};

#[derive(LabelValue)]
enum Problem {}

#[instrumented(name = "orders", errors = "orders_total")]
fn calls_and_errors() -> Result<(), Problem> {
    Ok(())
}

#[instrumented(calls = "orders_errors_total", errors(of = Problem), name = "orders")]
fn default_name() -> Result<(), Problem> {
    Ok(())
}

#[instrumented(duration = "orders_seconds", in_flight = "orders_seconds")]
fn duration_and_gauge() {}

fn main() {
    let _ = (calls_and_errors(), default_name());
    duration_and_gauge();
}
