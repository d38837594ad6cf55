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

fn main() {
    let _ = statement(Order { id: 1 });
    let _ = future(Order { id: 1 });
    end(Order { id: 1 });
}
