//! Names are texts that are known when the macro runs.

#![allow(unused)]

use metrics_instrumented::instrumented;

const NAME: &str = "orders";

#[instrumented(name = NAME)]
fn constant() {}

#[instrumented(name = concat!("or", "ders"))]
fn macro_call() {}

#[instrumented(name = 5, namespace = true, subsystem = 'c', help = b"bytes")]
fn literals() {}

#[instrumented(name)]
fn no_value() {}

#[instrumented(name =)]
fn half_typed() {}

#[instrumented(name = , help = "Orders.")]
fn half_typed_before_another() {}

#[instrumented(name("orders"))]
fn parentheses() {}

#[instrumented(name: "orders")]
fn colon() {}

#[instrumented("orders")]
fn only_the_text() {}

#[instrumented(calls = NAME, duration(name = NAME), errors(label = kind))]
fn families() -> Result<(), ()> {
    Ok(())
}

fn main() {
    constant();
    macro_call();
    literals();
    no_value();
    half_typed();
    half_typed_before_another();
    parentheses();
    colon();
    only_the_text();
    let _: Result<(), ()> = families();
}
