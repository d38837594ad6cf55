//! `errors` on functions without error kinds.

#![allow(unused)]

use metrics_instrumented::{LabelValue, Operation, instrumented};

#[derive(LabelValue)]
enum Problem {
    Busy,
}

#[instrumented(name = "a", errors = "a_errors_total")]
fn nothing() {}

#[instrumented(name = "b", errors = "b_errors_total")]
fn number() -> u32 {
    1
}

#[instrumented(name = "c", errors = "c_errors_total")]
fn option() -> Option<u32> {
    None
}

#[instrumented(name = "d", errors = "d_errors_total")]
fn text() -> Result<(), String> {
    Ok(())
}

#[instrumented(name = "e", errors = "e_errors_total")]
async fn boxed() -> Result<(), Box<dyn std::error::Error>> {
    Ok(())
}

#[instrumented(name = "f", errors(of = Problem))]
fn other_type() -> Result<(), String> {
    Ok(())
}

#[instrumented(name = "g", errors(of = String))]
fn named_text() -> Result<(), String> {
    Ok(())
}

#[instrumented(name = "h", errors = "h_errors_total")]
fn never() -> ! {
    loop {}
}

#[derive(Operation)]
#[operation(name = "uploads", errors(of = Problem))]
struct Upload {}

#[instrumented(Upload {})]
fn declared() -> Result<(), String> {
    Ok(())
}

#[instrumented(Upload {})]
fn declared_without_a_result() {}

fn main() {
    nothing();
    number();
    option();
    let _ = (text(), boxed(), other_type(), named_text(), declared());
    declared_without_a_result();
    let _: fn() -> ! = never;
}
