//! Blocks that cannot be instrumented as they are.

#![allow(unused)]

use metrics_instrumented::{Operation, instrumented};

#[derive(Operation)]
#[operation(name = "volumes")]
struct Volumes {}

struct Service;

#[instrumented(Volumes {})]
impl Service {
    fn declared(&self) {}
}

#[instrumented(skip)]
impl Service {
    fn skipped(&self) {}
}

#[instrumented(name = "orders-placed", nmspace = "shop")]
impl Service {
    fn name(&self) {}
    fn said_once(&self) -> Option<u32> {
        None
    }
}

#[instrumented(name = "orders", labels(tier))]
impl Service {
    fn with_argument(&self, tier: bool) {}
    fn without_argument(&self) {}
}

#[instrumented(name = "sales")]
mod module {
    #[instrumented(lables(flag))]
    pub fn own_mistake(flag: bool) {}

    #[instrumented]
    pub const fn constant() -> u32 {
        1
    }

    pub fn half_typed() -> Option<u32> {
        Some(1)
    }

    #[instrumented(Volumes {}, name = "x")]
    pub fn declared() {}
}

#[instrumented(skip)]
mod skipped {
    pub fn function() {}
}

#[instrumented(name = "returns", errors = "returns_errors_total")]
mod errors {
    pub fn fallible() -> Result<(), bool> {
        Ok(())
    }
    pub fn infallible() {}
}

fn main() {
    Service.declared();
    Service.skipped();
    Service.name();
    Service.said_once();
    Service.with_argument(true);
    Service.without_argument();
    module::own_mistake(true);
    module::constant();
    module::half_typed();
    module::declared();
    skipped::function();
    let _ = errors::fallible();
    errors::infallible();
}
