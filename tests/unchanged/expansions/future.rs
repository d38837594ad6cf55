#[metrics_instrumented::instrumented]
async fn future(n: u32) -> Result<u32, String> {
    if n == 0 {
        return Err(String::new());
    }
    Ok(n)
}
