//! How objectives are not written.

#![allow(unused)]

use metrics_instrumented::{Counter, instrumented};

#[instrumented(name = "a", objective = 99.9)]
fn value() {}

#[instrumented(name = "b", objective)]
fn word() {}

#[instrumented(name = "c", objective())]
fn nothing() {}

#[instrumented(name = "d", objective(99.9))]
fn no_key() {}

#[instrumented(name = "e", objective(success, latency = 0.25))]
fn half_typed() {}

#[instrumented(name = "f", objective(latency = 99 % 0.25, latency = 0.25 @))]
fn operators() {}

#[instrumented(name = "g", objective(succes = 99, availability = 99, duration = 0.25 @ 99, days = 7))]
fn other_words() {}

#[instrumented(name = "h", slo(success = 99), objective(success = 99), objective(success = 99, success = 98))]
fn twice() {}

#[derive(Counter)]
#[counter(name = "i_total", objective(success = 99))]
struct NoOperation {}

fn main() {}
