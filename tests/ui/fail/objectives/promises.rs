//! What cannot be promised.

#![allow(unused)]

use metrics_instrumented::{Operation, instrumented};

#[instrumented(name = "a", objective(success = 100, latency = 0.25 @ 0))]
fn all_and_none() {}

#[instrumented(name = "b", objective(success = -1, latency = 0 @ 100.5))]
fn out_of_range() {}

#[instrumented(name = "ratio", objective(success = 0.999, latency = 0.25 @ 0.99))]
fn ratios() {}

#[instrumented(name = "small_ratio", objective(success = 0.5, latency = 0.25 @ 0.9995))]
fn other_ratios() {}

#[instrumented(name = "c", objective(success = "99.9", latency = HALF @ MOST))]
fn no_numbers() {}

#[instrumented(name = "d", buckets = [0.1, 0.5, 1.0], objective(latency = 0.3 @ 99))]
fn no_bound() {}

#[instrumented(name = "e", objective(latency = 30 @ 99))]
fn no_default_bound() {}

#[instrumented(name = "f", only(calls), objective(latency = 0.25 @ 99))]
fn no_durations() {}

#[instrumented(name = "g", only(duration), objective(success = 99))]
fn no_calls() {}

#[instrumented(name = "h", outcome = none, objective(success = 99))]
fn no_outcome() {}

#[instrumented(objective(success = 99))]
fn no_name() {}

#[instrumented(objective(success = 99))]
#[derive(Clone)]
struct NoFunction;

#[derive(Operation)]
#[operation(objective(success = 99))]
struct NoNameEither {}

struct Block;

#[instrumented(name = "i", objective(success = 99))]
impl Block {
    fn as_promised(&self) {}

    #[instrumented(objective(success = 99.9))]
    fn more() {}
}

fn main() {}
