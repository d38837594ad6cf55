//! Open labels: `open(text)`, `open(text, max = n)`.

#![allow(unused)]

use metrics_instrumented::{Counter, Open, instrumented};

#[instrumented(name = "orders", labels(host = open()))]
fn nothing() {}

#[instrumented(name = "refunds", labels(a = open("a", max = 0), b = open("b", max = 10_001), c = open("c", 5), d = open("d", cap = 5)))]
fn caps() {}

#[instrumented(name = "sales", labels(id = open(id)))]
fn number(id: u64) {}

#[instrumented(name = "visits", labels(host: String = open(host)))]
fn typed(host: &str) {}

#[derive(Counter)]
#[counter(name = "events_total")]
struct Events<'a> {
    #[label(max = 0)]
    a: Open<'a>,
    #[label(max = "50")]
    b: Open<'a>,
    #[label(cap = 5)]
    c: Open<'a>,
    #[label(max)]
    d: Open<'a>,
}

fn main() {
    nothing();
    caps();
    number(1);
    typed("");
    let open = Open::new("");
    Events { a: open, b: open, c: open, d: open }.increment(1);
}
