//! An argument that only a label uses is not reported as unused beside the error of another key.

#![deny(unused_variables)]

use metrics_instrumented::{LabelValue, instrumented};

#[derive(LabelValue)]
pub enum Tier {
    Gold,
    Silver,
}

#[instrumented(name = "orders", labels(tier), bucket = [1.0])]
pub fn order(tier: Tier) {}

fn main() {}
