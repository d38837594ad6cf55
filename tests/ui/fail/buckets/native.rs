//! Native buckets with factors that no schema has, and with mistaken keys.

#![allow(unused)]

use metrics_instrumented::{Histogram, Operation, instrumented};

const FACTOR: f64 = 1.1;

#[instrumented(name = "a", buckets = native())]
fn no_factor() {}

#[instrumented(name = "b", buckets = native(factor = 1.0))]
fn no_growth() {}

#[instrumented(name = "c", buckets = native(factor = 1.001))]
fn too_fine() {}

#[instrumented(name = "d", buckets = native(factor = 100_000))]
fn too_coarse() {}

#[instrumented(name = "e", buckets = native(factor = FACTOR))]
fn a_constant() {}

#[instrumented(name = "f", buckets = native(1.1))]
fn no_key() {}

#[instrumented(name = "g", buckets = native(factr = 1.1))]
fn misspelt() {}

#[instrumented(name = "h", buckets = native(factor = 1.1, factor = 1.2))]
fn twice() {}

#[instrumented(name = "i", buckets = native(factor = -1.1, classic = [2, 1]))]
fn two_mistakes() {}

#[instrumented(name = "j", buckets = nativ(factor = 1.1))]
fn another_word() {}

#[instrumented(name = "k", buckets = native(factor = 1.1), objective(latency = 0.3 @ 99))]
fn between_bounds() {}

#[derive(Operation)]
#[operation(name = "l", buckets = native(factor = nan))]
struct Declared {}

#[derive(Histogram)]
#[histogram(name = "sizes_bytes", buckets = native(factor = 1.1, classic = 5))]
struct Sizes {}

fn main() {}
