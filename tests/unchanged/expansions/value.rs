#[metrics_instrumented::instrumented(name = "orders")]
fn value(n: u32, mut text: String) -> Result<u32, String> {
    text.push('a');
    if n == 0 {
        return Err(text);
    }
    Ok(n)
}
