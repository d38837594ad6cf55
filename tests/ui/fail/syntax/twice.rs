//! Keys that are there twice.

#![allow(unused)]

use metrics_instrumented::instrumented;

#[instrumented(name = "orders", name = "orders", started, started, labels(flag), labels(other), outcome(label = "a"), outcome(label = "b"))]
fn twice(flag: bool, other: bool) {}

/// Each call would be counted twice.
#[instrumented]
#[instrumented(labels(flag))]
fn same_families(flag: bool) {}

#[instrumented(name = "renewals", started)]
#[allow(unused)]
#[metrics_instrumented::instrumented(name = "renewals")]
fn same_name() {}

/// Counted under two names.
#[instrumented(name = "first")]
#[instrumented(name = "second")]
#[instrumented]
fn other_names() {}

/// Nothing is wrong with the function.
#[instrumented(skip, skip)]
fn skipped() {}

fn main() {
    twice(true, true);
}
