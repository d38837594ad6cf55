//! `exponential(start, factor, n)` and `linear(start, width, n)`.

#![allow(unused)]

use metrics_instrumented::instrumented;

const N: usize = 3;

#[instrumented(name = "a", buckets = exponential(1.0, 2.0))]
fn too_few_arguments() {}

#[instrumented(name = "b", buckets = linear())]
fn no_arguments() {}

#[instrumented(name = "c", buckets = exponential(0, 1.0, 0))]
fn exponential() {}

#[instrumented(name = "d", buckets = exponential(-1.0, -2.0, 65))]
fn negative() {}

#[instrumented(name = "e", buckets = linear(0.0, 0, 2.5))]
fn linear() {}

#[instrumented(name = "f", buckets = linear(f64::INFINITY, f64::NAN, 3))]
fn not_finite() {}

#[instrumented(name = "g", buckets = linear("0", 1.0, N))]
fn not_numbers() {}

#[instrumented(name = "h", buckets = exponential(1e300, 1e10, 5))]
fn overflowing() {}

#[instrumented(name = "i", buckets = exponentail(1.0, 2.0, 5))]
fn misspelt() {}

#[instrumented(name = "j", buckets = my::buckets())]
fn other_function() {}

fn main() {
    too_few_arguments();
    no_arguments();
    exponential();
    negative();
    linear();
    not_finite();
    not_numbers();
    overflowing();
    misspelt();
    other_function();
}
