//! Bounds that are no bounds.

#![allow(unused)]

use metrics_instrumented::{Histogram, instrumented};

#[instrumented(name = "a", buckets = [])]
fn none() {}

#[instrumented(name = "b", buckets = [1.0, 2.0, 2.0, 3.0])]
fn the_same() {}

#[instrumented(name = "c", buckets = [1.0, 0.5])]
fn decreasing() {}

#[instrumented(name = "d", buckets = [1.0, f64::INFINITY])]
fn infinite() {}

#[instrumented(name = "e", buckets = [f64::NAN, 1.0])]
fn not_a_number() {}

#[instrumented(name = "f", buckets = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33,
    34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65
])]
fn too_many() {}

#[derive(Histogram)]
#[histogram(name = "sizes_bytes", buckets = [2, 1])]
struct Sizes {}

fn main() {
    none();
    the_same();
    decreasing();
    infinite();
    not_a_number();
    too_many();
    Sizes {}.record(1.0);
}
