#[metrics_instrumented::instrumented]
fn plain(n: u32) {
    drop(n);
}
