//! How `docs` is not written, and where it does not stand.

#![allow(unused)]

use metrics_instrumented::{Counter, Operation, instrumented};

/// Is documented.
#[instrumented(name = "a", docs)]
fn word() {}

/// Is documented.
#[instrumented(name = "b", docs = "off")]
fn text() {}

/// Is documented.
#[derive(Operation)]
#[operation(name = "c", docs = false)]
struct Declared {}

fn main() {}
