//! Functions that cannot be instrumented.

#![allow(unused)]

use metrics_instrumented::{LabelValue, Operation, instrumented};

#[derive(LabelValue)]
enum Kind {
    A,
}

impl<T> From<&T> for Kind {
    fn from(_: &T) -> Self {
        Self::A
    }
}

#[derive(Operation)]
#[operation(name = "volumes")]
struct Volumes {}

macro_rules! own_macro {
    ($value:expr) => {
        return $value
    };
}

#[instrumented]
const fn constant() -> u32 {
    1
}

trait Trait {
    #[instrumented]
    fn without_body(&self) -> u32;

    #[instrumented(name = "async_without_body")]
    async fn async_without_body(&self);
}

unsafe extern "C" {
    #[instrumented]
    fn foreign();
}

#[instrumented]
#[track_caller]
fn read_value() -> Result<u32, ()> {
    return Ok(1);
}

#[track_caller]
#[instrumented(Volumes {})]
fn declared() {
    return;
}

#[instrumented(outcome = Kind, name = "classified")]
#[track_caller]
fn classified() -> u32 {
    own_macro!(1)
}

#[instrumented]
#[track_caller]
fn future() -> impl Future<Output = ()> {
    return async {};
}

/// Accepted: its body stays in place.
#[instrumented]
#[track_caller]
fn one_exit() -> Option<u32> {
    assert!(VALUE > 0, "a message");
    Some(1)
}

#[instrumented(skip, name = "orders")]
fn skipped() {}

#[instrumented(Volumes {}, skip)]
fn declared_and_skipped() {}

const VALUE: u32 = constant();

struct Struct;

impl Trait for Struct {
    fn without_body(&self) -> u32 {
        VALUE
    }

    async fn async_without_body(&self) {}
}

fn main() {
    let _ = (constant(), Struct.without_body(), Struct.async_without_body(), read_value(), future());
    declared();
    classified();
    skipped();
    declared_and_skipped();
}
