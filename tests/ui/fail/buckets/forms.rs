//! What buckets are not written as.

#![allow(unused)]

use metrics_instrumented::{Counter, instrumented};

#[instrumented(name = "a", buckets = 5)]
fn number() {}

#[instrumented(name = "b", buckets = "1, 2, 3")]
fn text() {}

#[instrumented(name = "c", buckets = (1.0, 2.0))]
fn tuple() {}

#[instrumented(name = "d", buckets = vec![1.0, 2.0])]
fn macro_call() {}

#[instrumented(name = "e", buckets = [1.0; 3])]
fn repetition() {}

#[instrumented(name = "f", buckets(1.0, 2.0))]
fn parentheses() {}

#[instrumented(name = "g", buckets)]
fn word() {}

#[instrumented(name = "i", buckets = ["0.1", "0.2"])]
fn texts() {}

#[instrumented(name = "j", only(calls), buckets = [1.0])]
fn without_duration() {}

#[instrumented(calls = "k_total", buckets = [1.0])]
fn without_a_named_duration() {}

#[derive(Counter)]
#[counter(name = "events_total", buckets = [1.0])]
struct Events {}

fn main() {
    number();
    text();
    tuple();
    macro_call();
    repetition();
    parentheses();
    word();
    texts();
    without_duration();
    without_a_named_duration();
    Events {}.increment(1);
}
