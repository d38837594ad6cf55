#[metrics_instrumented::instrumented]
fn returned_future(n: u32) -> impl Future<Output = Result<u32, String>> {
    async move { Ok(n) }
}
