//! Generators, which this compiler does not have yet either.

#![allow(unused)]

use metrics_instrumented::instrumented;

#[instrumented]
gen fn numbers() -> u32 {
    yield 1;
}

#[instrumented(name = "later_numbers")]
pub async gen fn numbers_later() -> u32 {
    yield 1;
}

fn main() {}
