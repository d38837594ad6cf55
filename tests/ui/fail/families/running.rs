//! Keys of `in_flight(..)` for running calls.

#![allow(unused)]

use metrics_instrumented::{Operation, instrumented};

#[instrumented(name = "a", in_flight(peek))]
fn misspelt() {}

#[instrumented(name = "b", in_flight(max, age))]
fn foreign() {}

#[instrumented(name = "c", peak, oldest)]
fn outside() {}

#[instrumented(name = "d", only(calls), in_flight(peak))]
fn excluded() {}

#[instrumented(calls = "e_total", in_flight(oldest, peak))]
fn no_gauge() {}

#[instrumented(name = "f", in_flight(peak = 1, oldest = "f_oldest"))]
fn names() {}

#[instrumented(name = "g", in_flight(peak(), oldest 5))]
fn values() {}

#[instrumented(name = "h", in_flight(peak, peak), duration(oldest))]
fn twice_and_elsewhere() {}

#[instrumented(name = "i", in_flight(peak = "i_total"), calls = "i_total")]
fn name_of_another_family() {}

#[derive(Operation)]
#[operation(name = "j", only(duration), in_flight(oldest))]
struct Derived {}

fn main() {
    misspelt();
    foreign();
    outside();
    excluded();
    no_gauge();
    names();
    values();
    twice_and_elsewhere();
    name_of_another_family();
}
