//! Where a declared operation is named.

#![allow(unused)]

use metrics_instrumented::{Operation, instrumented};

#[derive(Operation)]
#[operation(name = "volumes")]
struct Volumes {}

struct NoOperation {}

#[instrumented(NoOperation {})]
fn no_operation() {}

#[instrumented(Volumes {}, name = "volumes", labels(flag = true), buckets = [1.0])]
fn keys() {}

#[instrumented(name = "volumes", Volumes {})]
fn not_in_front() {}

#[instrumented(Volumes {}, Volumes {})]
fn two() {}

#[instrumented(Volumes::new())]
fn call() {}

#[instrumented(Volumes { } skip)]
fn no_comma() {}

#[instrumented(Volumes { operation: })]
fn half_typed() {}

#[instrumented(volumes {})]
fn lower_case() {}

#[instrumented(Volumes {}, Volumes::default(), crate = metrics_instrumented, skip)]
fn everything() {}

fn main() {
    no_operation();
    keys();
    not_in_front();
    two();
    call();
    no_comma();
    half_typed();
    lower_case();
    everything();
}
