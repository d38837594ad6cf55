//! The kinds of error are known before the first call.

#![allow(unused)]

use metrics_instrumented::{LabelValue, Operation, instrumented};

#[derive(LabelValue)]
enum Problem {
    Busy,
}

#[instrumented(name = "b", errors = "b_errors_total")]
fn generic_error<E: LabelValue>(error: E) -> Result<(), E> {
    Err(error)
}

#[instrumented(name = "c", errors(of = E))]
fn generic_kind<E: LabelValue>(error: E) -> Result<(), E> {
    Err(error)
}

type Loaded<T> = Result<T, Problem>;

// Under another name, the argument may be the error.
#[instrumented(name = "d", errors = "d_errors_total")]
fn opaque() -> Loaded<impl Sized> {
    Ok(())
}

#[derive(Operation)]
#[operation(name = "uploads", errors = "uploads_errors_total")]
struct Upload {}

#[instrumented(Upload {})]
fn declared() -> Result<(), Problem> {
    Err(Problem::Busy)
}

fn main() {
    let _ = (generic_error(Problem::Busy), generic_kind(Problem::Busy), opaque(), declared());
}
