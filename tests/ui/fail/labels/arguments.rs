//! A label alone stands for an argument.

#![allow(unused)]

use metrics_instrumented::instrumented;

struct Order {
    flag: bool,
}

impl Order {
    #[instrumented(name = "orders", labels(self, flag))]
    fn method(&self) -> bool {
        self.flag
    }
}

#[instrumented(name = "refunds", labels(teir))]
fn misspelt(tier: bool) {}

#[instrumented(name = "sales", labels(region: bool))]
fn missing() {}

#[instrumented(name = "returns", labels(flags))]
fn in_a_pattern(Order { flag }: Order) {}

#[instrumented(name = "visits", labels(first, _))]
fn in_a_tuple((first, _): (bool, bool), _: bool) {}

fn main() {
    let order = Order { flag: true };
    order.method();
    misspelt(true);
    missing();
    in_a_pattern(order);
    in_a_tuple((true, true), true);
}
