#[metrics_instrumented::instrumented]
fn boxed_future(n: u32) -> std::pin::Pin<Box<dyn Future<Output = Option<u32>> + Send>> {
    Box::pin(async move { Some(n) })
}
