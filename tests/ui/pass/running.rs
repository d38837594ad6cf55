//! `in_flight(..)` with what is kept of running calls, in every form.

#[path = "../support.rs"]
mod support;

use metrics_instrumented::{Operation, instrumented};
use support::recorded;

#[instrumented(name = "running_both", in_flight(peak, oldest))]
fn both() {}

#[instrumented(name = "running_named", in_flight(name = "running_active", help = "Active.", peak = "running_most", oldest = "running_age_seconds",))]
fn named() {}

#[instrumented(in_flight = "alone_active", name = "running_alone")]
fn without() {}

#[instrumented(in_flight(oldest))]
fn unnamed() {}

#[derive(Operation)]
#[operation(name = "running_derived", in_flight(oldest, peak), only(in_flight))]
struct Derived {}

#[instrumented(Derived {})]
fn derived() {}

fn main() {
    let exposition = recorded(|| {
        both();
        named();
        without();
        unnamed();
        derived();
    });
    for family in [
        "running_both_in_flight_peak",
        "running_both_in_flight_oldest_seconds",
        "running_active",
        "running_most",
        "running_age_seconds",
        "function_calls_in_flight_oldest_seconds",
        "running_derived_in_flight_oldest_seconds",
        "running_derived_in_flight_peak",
    ] {
        assert!(exposition.find(family).is_some(), "{family}");
    }
    for family in ["running_derived_total", "alone_active_peak", "running_active_peak"] {
        assert!(exposition.find(family).is_none(), "{family}");
    }
}
