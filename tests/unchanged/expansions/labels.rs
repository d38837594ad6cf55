#[derive(Clone, Copy, metrics_instrumented::LabelValue)]
enum Tier {
    Gold,
    Silver,
}

/// Orders.
#[metrics_instrumented::instrumented(
    name = "orders",
    labels(tier, big = n > 10, host = open(host)),
    errors(name = "orders_errors_total", of = Tier),
    buckets = [0.1, 1.0]
)]
fn labels(tier: Tier, n: u32, host: &str) -> Result<u32, Tier> {
    if n == 0 { Err(tier) } else { Ok(n) }
}
