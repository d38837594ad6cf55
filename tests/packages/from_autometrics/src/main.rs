//! Functions without a name keep autometrics' families and label; named operations have the library's own.

use metrics_instrumented::instrumented;

#[instrumented]
fn load(key: &str) -> Result<usize, std::num::ParseIntError> {
    key.parse()
}

struct Store;

#[instrumented(outcome(ok = "success"))]
impl Store {
    fn get(&self) -> Option<u32> {
        Some(3)
    }
}

#[instrumented(name = "orders")]
fn order() {}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let metrics = metrics_instrumented::exporter().install_recorder()?;
    load("x").unwrap_err();
    Store.get();
    order();
    print!("{}", metrics.render());
    Ok(())
}
