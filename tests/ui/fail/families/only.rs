//! `only(..)`: which families there are.

#![allow(unused)]

use metrics_instrumented::{Operation, instrumented};

#[instrumented(name = "a", only())]
fn nothing() {}

#[instrumented(name = "b", only(call, histogram, in_flight, in_flight))]
fn unknown() {}

#[instrumented(name = "c", only(calls), duration(help = "Its duration."), in_flight = "c_active")]
fn left_out() {}

#[instrumented(name = "d", only = "calls")]
fn text() {}

#[instrumented(name = "e", only("calls", 5))]
fn texts() {}

#[instrumented(name = "f", only)]
fn word() {}

#[instrumented(name = "g", only(errors))]
fn errors() {}

#[derive(Operation)]
#[operation(name = "uploads", only(calls, calls))]
struct Upload {}

fn main() {
    nothing();
    unknown();
    left_out();
    text();
    texts();
    word();
    errors();
    Upload {}.measure(|| 1);
}
