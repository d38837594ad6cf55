//! More labels than a family may have.

#![allow(unused)]

use metrics_instrumented::{Counter, instrumented};

#[instrumented(
    name = "orders",
    labels(a = true, b = true, c = true, d = true, e = true, f = true, g = true, h = true, i = true, j = true),
    calls(labels(a, j))
)]
fn inline() {}

#[derive(Counter)]
#[counter(name = "events_total")]
struct Events {
    a: bool,
    b: bool,
    c: bool,
    d: bool,
    e: bool,
    f: bool,
    g: bool,
    h: bool,
    i: bool,
}

fn main() {
    inline();
    Events { a: true, b: true, c: true, d: true, e: true, f: true, g: true, h: true, i: true }.increment(1);
}
