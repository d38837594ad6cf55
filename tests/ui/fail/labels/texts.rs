//! Strings and numbers are not label values; each error points at its value.

#![allow(unused)]

use metrics_instrumented::{Counter, Operation, instrumented};

struct Request {
    host: String,
    id: u64,
}

#[instrumented(name = "orders", labels(host = request.host, id = request.id))]
fn expressions(request: &Request) {}

#[instrumented(name = "refunds", labels(host, id, c))]
fn arguments(host: &str, id: u64, c: char) {}

#[instrumented(name = "sales", labels(text = "a text", owned = String::new(), optional = Some("text")))]
async fn literals() {}

#[instrumented(name = "returns", labels(host: String = host.clone()))]
fn typed(host: &String) {}

#[derive(Operation)]
#[operation(name = "uploads")]
struct Upload {
    host: String,
}

#[derive(Counter)]
#[counter(name = "events_total")]
struct Events<'a> {
    host: &'a str,
    status: u16,
}

fn main() {
    expressions(&Request { host: String::new(), id: 1 });
    arguments("", 1, 'c');
    let _ = literals();
    typed(&String::new());
    Upload { host: String::new() }.measure(|| 1);
    Events { host: "", status: 200 }.increment(1);
}
