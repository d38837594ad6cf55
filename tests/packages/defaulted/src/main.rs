//! Nothing here names a namespace, buckets or the library's path; `other.rs` is another file.

mod other;

/// The library, as the crate's defaults name it.
mod library {
    pub(crate) use mi::*;
}

use library::{Counter, LabelValue, Operation, instrumented};

#[derive(Clone, Copy, LabelValue)]
enum Tier {
    Gold,
}

#[instrumented(name = "orders", labels(tier))]
fn order(tier: Tier) {
    let _ = tier;
}

/// Returns.
#[derive(Operation)]
#[operation(name = "returns", subsystem = "desk")]
struct Return {
    tier: Tier,
}

/// Events.
#[derive(Counter)]
#[counter(name = "events_total")]
struct Events;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let metrics = mi::exporter().install_recorder()?;
    order(Tier::Gold);
    Return { tier: Tier::Gold }.measure(|| ());
    Events.increment(1);
    other::plain();
    other::own();
    other::Block::method();
    print!("{}", metrics.render());
    Ok(())
}
