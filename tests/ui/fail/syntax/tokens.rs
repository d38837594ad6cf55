//! Tokens out of place.

#![allow(unused)]

use metrics_instrumented::instrumented;

#[instrumented(5)]
fn number() {}

#[instrumented(= "orders")]
fn no_key() {}

#[instrumented(,)]
fn comma() {}

#[instrumented(name = "orders",, help = "Orders.")]
fn two_commas() {}

#[instrumented(name = "orders" help = "Orders." started)]
fn no_commas() {}

#[instrumented(name = "orders"; started)]
fn semicolon() {}

#[instrumented((name = "orders"))]
fn parentheses() {}

#[instrumented[name = "orders-placed"]]
fn brackets() {}

#[instrumented{name = "orders-placed"}]
fn braces() {}

#[instrumented = "orders"]
fn equals() {}

#[instrumented(name == "orders", help => "Orders.")]
fn operators() {}

#[instrumented(name = "a" + "b", help = "Orders." .to_string())]
fn expressions() {}

#[instrumented(max_series = 0, crate = "metrics_instrumented")]
fn values() {}

#[instrumented(max_series = -1, crate = metrics::<instrumented>)]
fn other_values() {}

#[instrumented(max_series = N, crate)]
fn more_values() {}

#[instrumented(max_series = 99999999999999999999999999, crate =)]
fn yet_other_values() {}

#[instrumented('a)]
fn lifetime() {}

#[instrumented(r#name = "orders", #[name])]
fn raw() {}

fn main() {
    number();
    no_key();
    comma();
    two_commas();
    no_commas();
    semicolon();
    parentheses();
    brackets();
    braces();
    equals();
    operators();
    expressions();
    values();
    other_values();
    more_values();
    yet_other_values();
    lifetime();
    raw();
}
