//! The schema is a type: rustc checks every site.

#![allow(unused)]

use metrics_instrumented::{LabelValue, Open, Operation, instrumented};

#[derive(LabelValue)]
enum Kind {
    Create,
}

#[derive(Operation)]
#[operation(name = "volumes")]
struct Volumes<'a> {
    operation: Kind,
    host: Open<'a>,
}

#[instrumented(Volumes { operation: Kind::Create })]
fn missing() {}

#[instrumented(Volumes { opration: Kind::Create, host: Open::new("") })]
fn misspelt() -> Result<(), ()> {
    Ok(())
}

#[instrumented(Volumes { operation: "create", host: "" })]
async fn wrong_types() {}

#[instrumented(Volumes { operation: Kind::Creat, host: Open::new(&host) })]
fn unknown_value(host: String) {}

#[instrumented(Volume { operation: Kind::Create })]
fn unknown_operation() {}

#[instrumented(Volumes)]
fn without_fields() {}

fn main() {
    missing();
    let _ = (misspelt(), wrong_types());
    unknown_value(String::new());
    unknown_operation();
    without_fields();
}
