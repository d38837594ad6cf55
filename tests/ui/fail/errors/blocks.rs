//! `errors` and `outcome` of a block, which do not fit some of its functions: the errors are at these functions.

#![allow(unused)]

use metrics_instrumented::{LabelValue, instrumented};

#[derive(LabelValue)]
enum Problem {
    Busy,
}

#[derive(LabelValue)]
enum Answer {
    Hit,
    Miss,
}

impl From<&u32> for Answer {
    fn from(found: &u32) -> Self {
        if *found > 0 { Self::Hit } else { Self::Miss }
    }
}

struct Store;

#[instrumented(name = "by_return_type", errors = "by_return_type_errors_total")]
impl Store {
    fn fits(&self) -> Result<u32, Problem> {
        Ok(1)
    }

    fn text(&self) -> Result<(), String> {
        Ok(())
    }

    fn number(&self) -> u32 {
        1
    }

    async fn option(&self) -> Option<u32> {
        None
    }
}

#[instrumented(name = "by_named_type", errors(name = "by_named_type_errors_total", type = Problem))]
mod named {
    use super::Problem;

    fn fits() -> Result<u32, Problem> {
        Ok(1)
    }

    fn text() -> Result<(), String> {
        Ok(())
    }
}

#[instrumented(name = "classified", outcome = Answer)]
impl Answer {
    fn fits() -> u32 {
        1
    }

    fn text() -> String {
        String::new()
    }
}

fn main() {}
