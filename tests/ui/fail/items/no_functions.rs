//! Items that are not functions.

#![allow(unused)]

use metrics_instrumented::instrumented;

#[instrumented]
pub struct Struct {
    field: bool,
}

#[instrumented]
enum Enum {
    A,
}

#[instrumented(name = "unions")]
union Union {
    a: u8,
}

pub trait Trait {
    fn method(&self) -> u32 {
        1
    }
}

#[instrumented]
static STATIC: u32 = 1;

#[instrumented]
const CONSTANT: u32 = 1;

#[instrumented]
pub use std::fmt::Debug;

#[instrumented]
type Alias = u32;

#[instrumented]
unsafe extern "C" {
    safe fn abs(n: i32) -> i32;
}

#[instrumented]
extern crate core as another_core;

#[instrumented]
macro_rules! local {
    () => {
        1
    };
}

#[instrumented]
local_items! {}

macro_rules! local_items {
    () => {};
}
use local_items;

impl Trait for Struct {}

fn main() {
    let _ = (Struct { field: true }.method(), Enum::A, Union { a: 1 }, STATIC, CONSTANT, local!(), 1 as Alias);
}
