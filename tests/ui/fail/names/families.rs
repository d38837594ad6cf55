//! Every rule for the name of a family.

#![allow(unused)]

use metrics_instrumented::instrumented;

#[instrumented(calls = "")]
fn empty() {}

#[instrumented(calls = "1st_total")]
fn starts_with_a_digit() {}

#[instrumented(in_flight = "orders-in-flight")]
fn character() {}

#[instrumented(calls = "orders total")]
fn space() {}

#[instrumented(calls = "größe_total")]
fn letter() {}

#[instrumented(calls = "orders__placed_total")]
fn double_underscore() {}

#[instrumented(in_flight = "orders_")]
fn ends_in_underscore() {}

#[instrumented(in_flight = "orders_bucket")]
fn reserved_ending() {}

#[instrumented(duration = "orders_sum")]
fn reserved_ending_of_a_histogram() {}

#[instrumented(calls = "orders_info")]
fn ending_of_an_info_gauge() {}

#[instrumented(calls = "orders")]
fn counter_without_total() {}

#[instrumented(in_flight = "orders_total")]
fn gauge_with_total() {}

#[instrumented(duration = "orders_duration_total")]
fn histogram_with_total() {}

#[instrumented(duration = "orders_duration")]
fn histogram_without_unit() {}

#[instrumented(duration = "orders_duration_milliseconds")]
fn histogram_in_milliseconds() {}

// All of one attribute, and in the long form.
#[instrumented(calls(name = "a"), duration(name = "b"), in_flight(name = "c-d"), errors(name = "e"))]
fn all() -> Result<(), Problem> {
    Ok(())
}

#[derive(metrics_instrumented::LabelValue)]
enum Problem {}

fn main() {
    empty();
    starts_with_a_digit();
    character();
    space();
    letter();
    double_underscore();
    ends_in_underscore();
    reserved_ending();
    reserved_ending_of_a_histogram();
    ending_of_an_info_gauge();
    counter_without_total();
    gauge_with_total();
    histogram_with_total();
    histogram_without_unit();
    histogram_in_milliseconds();
    let _: Result<(), Problem> = all();
}
