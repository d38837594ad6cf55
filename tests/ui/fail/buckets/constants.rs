//! Constants that the compiler finds to be no bounds.

#![allow(unused)]

use metrics_instrumented::{Histogram, instrumented};

const DECREASING: &[f64] = &[2.0, 1.0];
const EMPTY: &[f64] = &[];
const ARRAY: [f64; 2] = [1.0, 2.0];
const INTEGERS: &[u32] = &[1, 2];
const HALF: f64 = 0.5;

#[instrumented(name = "a", buckets = DECREASING)]
fn decreasing() {}

#[instrumented(name = "b", buckets = EMPTY)]
fn empty() -> Result<(), ()> {
    Ok(())
}

#[instrumented(name = "c", buckets = ARRAY)]
fn array() {}

#[instrumented(name = "d", buckets = INTEGERS)]
async fn integers() {}

#[instrumented(name = "e", buckets = [1.0, HALF])]
fn mixed() {}

#[instrumented(name = "f", buckets = MISSING)]
fn missing() {}

#[derive(Histogram)]
#[histogram(name = "sizes_bytes", buckets = DECREASING)]
struct Sizes {}

fn main() {
    decreasing();
    let _ = empty();
    array();
    let _ = integers();
    mixed();
    missing();
    Sizes {}.record(1.0);
}
