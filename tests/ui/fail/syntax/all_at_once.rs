//! All mistakes of one attribute are said together, and the function is still there for its callers.

#![allow(unused)]

use metrics_instrumented::instrumented;

#[instrumented(
    name = "orders-placed",
    nmspace = "shop",
    labels(le = true, teir, tier: T = tier),
    calls(name = "orders", labels(region)),
    outcome(sucess = "ok"),
    buckets = [2.0, 1.0],
    errors = "orders_errors",
    max_series = 0,
)]
#[track_caller]
pub const fn place<T: Copy>(tier: T, n: u32) -> Result<u32, T> {
    if n == 0 {
        return Err(tier);
    }
    Ok(n)
}

const PLACED: Result<u32, bool> = place(true, 1);

fn main() {
    let _ = PLACED;
}
