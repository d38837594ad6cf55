//! `outcome = Type`, where the type cannot tell.

#![allow(unused)]

use metrics_instrumented::{LabelValue, Operation, instrumented};

#[derive(LabelValue)]
enum Kind {
    Good,
}

enum NoLabel {
    Good,
}

impl<T> From<&T> for NoLabel {
    fn from(_: &T) -> Self {
        Self::Good
    }
}

#[instrumented(name = "a", outcome = Kind)]
fn no_from() -> Result<u32, String> {
    Ok(1)
}

#[instrumented(name = "b", outcome = Kind)]
fn no_from_unit() {}

#[instrumented(name = "c", outcome = Kind)]
async fn no_from_of_a_future() -> Result<u32, String> {
    Ok(1)
}

#[instrumented(name = "d", outcome = NoLabel)]
fn no_label_value() -> Result<u32, String> {
    Ok(1)
}

#[instrumented(name = "e", outcome = T)]
fn generic<T>(value: T) -> T {
    value
}

impl Kind {
    #[instrumented(name = "f", outcome = Self)]
    fn of_self() -> u32 {
        1
    }
}

#[derive(Operation)]
#[operation(name = "uploads", outcome = Kind)]
struct Upload {}

#[instrumented(Upload {})]
fn declared() -> u32 {
    1
}

fn main() {
    let _ = (no_from(), no_from_of_a_future(), no_label_value(), generic(1));
    no_from_unit();
    Kind::of_self();
    declared();
}
