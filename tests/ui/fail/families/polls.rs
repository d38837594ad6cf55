//! Where polls are counted, and where there are none.

#![allow(unused)]

use metrics_instrumented::{Operation, instrumented};

#[instrumented(name = "a", polls)]
fn no_future() {}

#[instrumented(name = "b", polls(slow = 0))]
async fn no_threshold() {}

#[instrumented(name = "c", polls(slow = "1 ms"))]
async fn text() {}

#[instrumented(name = "d", polls = "d_polls_total")]
async fn name() {}

#[instrumented(name = "e", polls(threshold = 0.1, slwo = 0.2))]
async fn misspelt() {}

#[instrumented(calls = "f_total", polls)]
async fn no_name() {}

#[instrumented(name = "g", polls, poll)]
async fn misspelt_key() {}

#[derive(Operation)]
#[operation(name = "h", polls(slow))]
struct Derived {}

fn main() {
    no_future();
    no_threshold();
    text();
    name();
    misspelt();
    no_name();
    misspelt_key();
}
