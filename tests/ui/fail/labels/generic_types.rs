//! The type of a label is known before the first call.

#![allow(unused)]

use metrics_instrumented::{LabelValue, instrumented};

#[derive(Clone, Copy, LabelValue)]
enum Tier {
    Gold,
}

#[instrumented(name = "orders", labels(tier: T = tier, other: Option<T> = Some(tier)))]
fn parameter<T: LabelValue + Copy>(tier: T) {}

impl Tier {
    #[instrumented(name = "refunds", labels(tier: Self = *self))]
    fn of_self(&self) {}
}

struct Service<T>(T);

impl<T: LabelValue> Service<T> {
    #[instrumented(name = "sales", labels(tier: T = tier))]
    fn of_the_block(&self, tier: T) {}

    #[instrumented(name = "returns", labels(tier))]
    fn argument(&self, tier: T) {}
}

fn main() {
    parameter(Tier::Gold);
    Tier::Gold.of_self();
    Service(Tier::Gold).of_the_block(Tier::Gold);
    Service(Tier::Gold).argument(Tier::Gold);
}
