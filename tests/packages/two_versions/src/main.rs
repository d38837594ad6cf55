//! An application with two versions of the facade, one of which has no recorder.

fn main() -> Result<(), metrics_instrumented::Error> {
    metrics_instrumented::exporter().listen("127.0.0.1:0").install()?;
    metrics::counter!("new_total", "a" => "b").increment(1);
    old_metrics::counter!("old_total", "a" => "b").increment(1);
    print!("{}", metrics_instrumented::doctor());
    Ok(())
}
