//! What `LabelValue` is derived on.

#![allow(unused)]

use metrics_instrumented::{LabelValue, instrumented};

#[derive(LabelValue)]
struct Struct {
    text: String,
}

#[derive(LabelValue)]
struct Text(String);

#[derive(LabelValue)]
union Union {
    a: u8,
}

#[derive(LabelValue)]
enum Generic<T> {
    #[label(transparent)]
    Inner(T),
    #[label(transparent)]
    Nested { inner: Option<T> },
}

#[derive(LabelValue)]
enum NotALabel {
    #[label(transparent)]
    Text(String),
}

#[instrumented(name = "orders", labels(a, b, c, d))]
fn site(a: Struct, b: Text, c: Union, d: Generic<bool>) {}

fn main() {
    site(Struct { text: String::new() }, Text(String::new()), Union { a: 1 }, Generic::Inner(true));
    Struct { text: String::new() }.value();
    let _ = (Generic::Nested { inner: Some(true) }, NotALabel::Text(String::new()));
}
