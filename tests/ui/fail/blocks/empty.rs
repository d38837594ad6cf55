//! Blocks in which the attribute instruments nothing.

#![allow(unused)]

use metrics_instrumented::instrumented;

struct Service;

trait Named {
    fn name(&self) -> String {
        "default".to_owned()
    }
}

#[instrumented]
impl Service {}

#[instrumented]
impl Named for Service {}

#[instrumented]
trait Required {
    const LIMIT: usize;
    type Error;

    fn run(&self) -> Result<(), Self::Error>;
}

#[instrumented]
mod types {
    pub struct Order;
    pub const LIMIT: u32 = 1;
    use std::fmt;
}

#[instrumented]
mod nested {
    mod inner {}
    impl super::Named for u8 {}
}

/// A function that the user excludes, that is configured out, or that a block leaves as it is, is no error.
#[instrumented]
impl Service {
    #[instrumented(skip)]
    fn skipped() {}
}

#[instrumented]
mod configured {
    #[cfg(any())]
    fn out() {}
}

#[instrumented]
impl Service {
    const fn limit() -> u32 {
        1
    }
}

fn main() {}
