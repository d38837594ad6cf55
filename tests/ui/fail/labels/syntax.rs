//! How labels are written.

#![allow(unused)]

use metrics_instrumented::instrumented;

#[instrumented(name = "a", labels)]
fn word() {}

#[instrumented(name = "b", labels = flag)]
fn equals(flag: bool) {}

#[instrumented(name = "c", labels["flag"])]
fn brackets() {}

#[instrumented(name = "d", labels("flag" = true, 5, flag = , other: bool true, third true, fourth =))]
fn items() {}

#[instrumented(name = "e", labels(flag: = true, other: bool =))]
fn half_typed() {}

#[instrumented(name = "f", labels(order.flag = true, %order, ?order, ..))]
fn as_elsewhere(order: bool) {}

#[instrumented(labels(first = Tier: Tier::A, second as Tier = Tier::A, Tier third = Tier::A))]
fn types_in_other_places(order: bool) {}

#[instrumented(labels(fourth(Tier) = Tier::A, fifth: Tier == Tier::A))]
fn types_in_parentheses(order: bool) {}

fn main() {
    word();
    equals(true);
    brackets();
    items();
    half_typed();
    as_elsewhere(true);
    types_in_other_places(true);
    types_in_parentheses(true);
}
