//! Keys of `errors(..)`.

#![allow(unused)]

use metrics_instrumented::{LabelValue, instrumented};

#[derive(LabelValue)]
enum Problem {}

#[instrumented(name = "a", errors(kind = "reason", type = Problem, of = Problem, lable = "reason"))]
fn unknown() -> Result<(), Problem> {
    Ok(())
}

#[instrumented(name = "b", errors)]
fn word() -> Result<(), Problem> {
    Ok(())
}

#[instrumented(name = "c", errors = Problem)]
fn type_alone() -> Result<(), Problem> {
    Ok(())
}

#[instrumented(name = "d", errors(of = "Problem", name = "problems"))]
fn text() -> Result<(), Problem> {
    Ok(())
}

#[instrumented(name = "e", labels(flag = true), errors(labels(falg)))]
fn labels() -> Result<(), Problem> {
    Ok(())
}

fn main() {
    let _ = (unknown(), word(), type_alone(), text(), labels());
}
