//! Labels of one name, and labels called like one that is there anyway.

#![allow(unused)]

use metrics_instrumented::{LabelValue, Operation, instrumented};

#[derive(LabelValue)]
enum Problem {}

#[instrumented(name = "orders", labels(flag, flag = !flag))]
fn twice(flag: bool) {}

#[instrumented(name = "refunds", labels(flag), labels(flag))]
fn two_lists(flag: bool) {}

#[instrumented(name = "sales", labels(outcome = true))]
fn outcome() {}

#[instrumented(name = "returns", labels(status = true), outcome(label = "status"))]
fn renamed_outcome() {}

#[instrumented(name = "visits", labels(kind = true), errors = "visits_problems_total")]
fn kind() -> Result<(), Problem> {
    Ok(())
}

#[instrumented(labels(module = true, function = true))]
fn unnamed() {}

#[instrumented(outcome(label = "function"))]
fn outcome_of_the_unnamed() {}

#[derive(Operation)]
#[operation(name = "uploads")]
struct Upload {
    outcome: bool,
    #[label(rename = "size")]
    a: bool,
    #[label(rename = "size")]
    b: bool,
}

#[instrumented(Upload { outcome: true, a: true, b: true })]
fn declared() {}

fn main() {
    twice(true);
    two_lists(true);
    outcome();
    renamed_outcome();
    let _ = kind();
    unnamed();
    outcome_of_the_unnamed();
    declared();
}
