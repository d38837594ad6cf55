//! What `Operation` is derived on, and how.

#![allow(unused)]

use metrics_instrumented::{Operation, instrumented};

#[derive(Operation)]
struct NoAttribute {}

#[derive(Operation)]
#[operation]
struct Word {}

#[derive(Operation)]
#[operation = "orders"]
struct Text {}

#[derive(Operation)]
#[operation()]
struct Empty {}

#[derive(Operation)]
#[operation(help = "Orders.")]
struct NoName {}

#[derive(Operation)]
#[operation(name = "tuples")]
struct Tuple(bool);

#[derive(Operation)]
#[operation(name = "enums")]
enum Enum {
    A,
}

#[derive(Operation)]
#[operation(name = "unions")]
union Union {
    a: bool,
}

#[derive(Operation)]
#[operation(name = "generics")]
struct Generic<T, const N: usize> {
    label: Option<T>,
}

#[derive(Operation)]
#[operation(name = "keys", labels(a = true), skip, tags(a), nmae = "x", name = "keys")]
struct Keys {}

#[derive(Operation)]
#[operation(name = "twice")]
#[operation(name = "twice")]
struct Twice {}

#[derive(Operation)]
#[operation(name = "fields")]
struct Fields {
    #[label]
    a: bool,
    #[label(rename)]
    b: bool,
    #[label(rename_all = "snake_case")]
    c: bool,
    #[label(rename = c)]
    d: bool,
    #[label = "e"]
    e: bool,
    #[label(skip)]
    f: bool,
}

#[instrumented(Keys {})]
fn site() {}

fn main() {
    NoAttribute {}.measure(|| 1);
    Word {}.measure(|| 1);
    Text {}.measure(|| 1);
    Empty {}.measure(|| 1);
    NoName {}.measure(|| 1);
    Tuple(true).measure(|| 1);
    Enum::A.measure(|| 1);
    Union { a: true }.measure(|| 1);
    Generic::<bool, 1> { label: None }.measure(|| 1);
    Twice {}.measure(|| 1);
    Fields { a: true, b: true, c: true, d: true, e: true, f: true }.start().ok();
    site();
}
