//! An application with our exporter and the annotated library: it prints what it exposes.

#![forbid(unsafe_code)]
#![deny(warnings)]

metrics_instrumented::build_info!();

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let metrics = metrics_instrumented::exporter().listen("127.0.0.1:0").install()?;
    billing::work();
    print!("{}", metrics.render());
    Ok(())
}
