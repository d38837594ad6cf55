//! A closed set of values with `idle`.

use metrics_instrumented::{Gauge, LabelValue, Operation};

#[derive(LabelValue)]
enum Tier {
    Free,
    Paid,
}

#[derive(Operation)]
#[operation(name = "orders")]
struct Order {
    #[label(idle = 600)]
    tier: Tier,
}

#[derive(Gauge)]
#[gauge(name = "queue")]
struct Queue {
    #[label(idle = 600)]
    tier: Tier,
}

fn main() {
    Order { tier: Tier::Free }.start().ok();
    Order { tier: Tier::Paid }.start().ok();
    Queue { tier: Tier::Paid }.set(1);
}
