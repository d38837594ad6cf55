//! Code that is being typed: the function stays, and there is no other error than the typist's own.

#![allow(unused)]

use metrics_instrumented::instrumented;

struct Order {
    id: u32,
}

#[instrumented(name = "orders")]
fn statement(order: Order) -> Result<u32, String> {
    let id = order.
    Ok(id)
}

#[instrumented(name = "later_orders")]
async fn future(order: Order) -> Result<u32, String> {
    let id = order.;
    Ok(id)
}

#[instrumented]
fn end(order: Order) {
    order.
}

#[instrumented]
fn operator(n: u32) -> u32 {
    n +
}

#[instrumented]
fn let_without_end(order: Order) {
    let id = order.
}

#[instrumented]
async fn future_ends(order: Order) -> u32 {
    order.
}

#[instrumented]
fn head_of_a_loop() {
    for i
}

#[instrumented]
fn head_of_an_if(n: u32) -> Option<u32> {
    if n > 3
}

#[instrumented]
fn head_of_a_match(n: u32) -> Option<u32> {
    match n
}

fn main() {
    let _ = statement(Order { id: 1 });
    let _ = future(Order { id: 1 });
    end(Order { id: 1 });
}
