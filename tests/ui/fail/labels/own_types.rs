//! A type of the user that is not a label value yet.

#![allow(unused)]

use metrics_instrumented::{LabelValue, Operation, instrumented};

enum Tier {
    Gold,
}

#[derive(LabelValue)]
enum Kind {
    Big,
}

#[instrumented(name = "orders", labels(tier))]
fn argument(tier: Tier) {}

#[instrumented(name = "refunds", labels(tier = Tier::Gold))]
fn expression() {}

#[instrumented(name = "sales", labels(optional = Some(Tier::Gold), reference = &Tier::Gold))]
fn inside_of_others() {}

#[derive(Operation)]
#[operation(name = "uploads")]
struct Upload {
    tier: Tier,
}

#[instrumented(name = "visits", labels(label))]
fn generic<L>(label: L) {}

fn main() {
    argument(Tier::Gold);
    expression();
    inside_of_others();
    Upload { tier: Tier::Gold }.measure(|| 1);
    generic(Kind::Big);
}
