//! A mistake in edition 2015.

extern crate metrics_instrumented;

use metrics_instrumented::instrumented;

#[instrumented(nmae = "orders", labels(le = true))]
pub fn place() {}
