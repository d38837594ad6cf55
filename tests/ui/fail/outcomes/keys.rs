//! Keys of `outcome(..)`.

#![allow(unused)]

use metrics_instrumented::{LabelValue, instrumented};

#[derive(LabelValue)]
enum Kind {
    Good,
}

impl From<&Result<(), ()>> for Kind {
    fn from(_: &Result<(), ()>) -> Self {
        Self::Good
    }
}

#[instrumented(name = "a", outcome(success = "ok", eror = "failure", canceled = "left", 5))]
fn unknown() {}

#[instrumented(name = "b", outcome(label = status, ok, error = , panic = 5))]
fn not_texts() {}

#[instrumented(name = "c", outcome)]
fn word() {}

#[instrumented(name = "d", outcome = "status")]
fn text() {}

#[instrumented(name = "e", outcome(ok = "a", ok = "b", type = Kind, type = Kind))]
fn twice() -> Result<(), ()> {
    Ok(())
}

#[instrumented(name = "f", outcome(type = Kind, ok = "success", error = "failure"))]
fn names_and_type() -> Result<(), ()> {
    Ok(())
}

#[instrumented(name = "g", only(duration), outcome(label = "status"), started)]
fn without_calls() {}

#[instrumented(duration = "h_seconds", started)]
fn without_named_calls() {}

#[instrumented(name = "i", started = true, outcome(type =))]
fn half_typed() {}

#[instrumented(name = "j", outcome = none, started)]
fn none_and_started() {}

#[instrumented(name = "k", outcome = Kind, calls(ok = "well_total", error = "badly"))]
fn counters_of_a_type() -> Result<(), ()> {
    Ok(())
}

#[instrumented(name = "l", calls(ok = "same_total", error = "same_total"))]
fn same_counters() {}

#[instrumented(name = "classes", outcome(cancelled_class = "error"))]
fn class_in_quotes() {}

#[instrumented(name = "no_class", outcome(cancelled_class = bad))]
fn no_class() {}

#[instrumented(name = "nothing", outcome(cancelled_class))]
fn nothing() {}

#[instrumented(name = "m", outcome = none, duration(outcome))]
fn none_on_the_duration() {}

#[instrumented(name = "n", duration(outcome = "status"))]
fn outcome_with_a_value() {}

#[instrumented(name = "o", calls(outcome), in_flight(outcome))]
fn outcome_of_others() {}

#[instrumented(name = "p", only(duration), duration(outcome), outcome(started = "begun"))]
fn started_without_calls() {}

#[instrumented(name = "q", duration(outcome, outcome))]
fn outcome_twice() {}

fn main() {
    unknown();
    not_texts();
    word();
    text();
    let _ = (twice(), names_and_type());
    without_calls();
    without_named_calls();
    half_typed();
    none_and_started();
    let _ = counters_of_a_type();
    same_counters();
}
