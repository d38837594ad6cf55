//! Words that are no keys.

#![allow(unused)]

use metrics_instrumented::instrumented;

#[instrumented(tags(a), fields(b), histogram = "x_seconds", counter = "x_total", concurrency, err, prefix = "shop", description = "Help.", bounds = [1.0], ignore)]
fn foreign() {}

#[instrumented(nmae = "orders", lables(tier), bucket = [1.0], onyl(calls), in_fligth = "x", durations = "x_seconds")]
fn misspelt() {}

#[instrumented(colour = "red", level("debug"), target)]
fn unknown() {}

#[instrumented(Name = "orders", some::path = 1)]
fn shapes() {}

fn main() {
    foreign();
    misspelt();
    unknown();
    shapes();
}
