//! What tells a public operation's errors apart is as public as it is.

#![allow(unused)]

use metrics_instrumented::{LabelValue, Operation};

#[derive(LabelValue)]
enum Problem {}

/// Orders.
#[derive(Operation)]
#[operation(name = "orders", errors(of = Problem))]
pub struct Orders {}

fn main() {}
