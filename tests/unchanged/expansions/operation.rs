/// Volume operations.
#[derive(metrics_instrumented::Operation)]
#[operation(name = "volumes")]
struct Volume {
    fast: bool,
}

#[metrics_instrumented::instrumented(Volume { fast: n > 10 })]
fn operation(n: u32) -> Option<u32> {
    Some(n)
}
