//! Pushes by OTLP/HTTP, to collectors that are well and to others.

#![forbid(unsafe_code)]

mod collector;
mod environment;
mod failures;
mod points;
mod proto;

use std::time::Duration;

use metrics_instrumented::{Histogram, Otlp, instrumented};

/// Letters.
#[instrumented(name = "otlp_letters", labels(to: bool = known), buckets = [0.5, 1000.0])]
fn send(known: bool) -> Result<(), ()> {
    if known { Ok(()) } else { Err(()) }
}

/// Sizes.
#[derive(Histogram)]
#[histogram(name = "otlp_size_bytes", buckets = native(factor = 1.1))]
struct Size;

/// Weights.
#[derive(Histogram)]
#[histogram(name = "otlp_weight_grams", buckets = [10.0, 100.0])]
struct Weight;

/// Pushes only when it ends.
fn at_the_end(url: &str) -> Otlp {
    Otlp::new(url).interval(Duration::from_hours(1))
}
