//! Promises that bounds of a constant cannot tell the keeping of.

#![allow(unused)]

use metrics_instrumented::{Operation, instrumented};

const BOUNDS: &[f64] = &[0.1, 0.5];

#[instrumented(name = "a", buckets = BOUNDS, objective(success = 99, latency = 0.3 @ 99))]
fn no_bound() {}

#[derive(Operation)]
#[operation(name = "b", buckets = BOUNDS, objective(latency = 0.25 @ 99))]
struct NoBoundEither {}

fn main() {
    no_bound();
}
