//! Keys that are there twice.

#![allow(unused)]

use metrics_instrumented::instrumented;

#[instrumented(name = "orders", name = "orders", started, started, labels(flag), labels(other), outcome(label = "a"), outcome(label = "b"))]
fn twice(flag: bool, other: bool) {}

fn main() {
    twice(true, true);
}
