//! Values that do not fit the type that is written, and expressions with mistakes of their own.

#![allow(unused)]

use metrics_instrumented::{LabelValue, instrumented};

#[derive(LabelValue)]
enum Tier {
    Gold,
}

#[instrumented(name = "orders", labels(tier: Tier = true))]
fn other_type() {}

#[instrumented(name = "refunds", labels(tier: Tier))]
fn other_type_of_an_argument(tier: bool) {}

#[instrumented(name = "sales", labels(tier = Tier::Silver, flag = missing, method = flag.tier()))]
fn expressions(flag: bool) {}

#[instrumented(name = "visits", labels(tier: Teir = Tier::Gold))]
fn unknown_type() {}

fn main() {
    other_type();
    other_type_of_an_argument(true);
    expressions(true);
    unknown_type();
}
