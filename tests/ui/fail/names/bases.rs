//! What is put in front of a family's name: `name`, `namespace`, `subsystem`.

#![allow(unused)]

use metrics_instrumented::instrumented;

#[instrumented(name = "")]
fn empty() {}

#[instrumented(name = "orders-placed")]
fn character() {}

#[instrumented(name = "orders_total")]
fn total() {}

#[instrumented(name = "orders_duration_seconds")]
fn seconds() {}

#[instrumented(name = "orders_in_flight")]
fn in_flight() {}

#[instrumented(name = "orders_count")]
fn reserved_ending() {}

#[instrumented(name = "orders_")]
fn ends_in_underscore() {}

#[instrumented(namespace = "", subsystem = "check out", name = "orders")]
fn prefixes() {}

#[instrumented(namespace = "shop_", calls = "orders_total", in_flight = "orders_in_flight")]
fn one_mistake_is_said_once() {}

fn main() {
    empty();
    character();
    total();
    seconds();
    in_flight();
    reserved_ending();
    ends_in_underscore();
    prefixes();
    one_mistake_is_said_once();
}
