//! A duration is in seconds, and a closed set has no cap.

use metrics_instrumented::{Counter, LabelValue, instrumented};

#[derive(LabelValue)]
enum Tier {
    Gold,
}

#[instrumented(duration = "orders_bytes")]
fn order() {}

#[derive(Counter)]
#[counter(name = "orders_placed_total")]
struct Placed {
    #[label(max = 5)]
    tier: Tier,
}

fn main() {
    order();
    Placed { tier: Tier::Gold }.increment(1);
}
