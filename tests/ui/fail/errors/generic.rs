//! The kinds of error are known before the first call.

#![allow(unused)]

use metrics_instrumented::{LabelValue, Operation, instrumented};

#[derive(LabelValue)]
enum Problem {
    Busy,
}

#[instrumented(name = "a", errors = "a_errors_total")]
fn generic<T>(value: T) -> Result<T, Problem> {
    Ok(value)
}

#[instrumented(name = "b", errors = "b_errors_total")]
fn generic_error<E: LabelValue>(error: E) -> Result<(), E> {
    Err(error)
}

#[instrumented(name = "c", errors(of = E))]
fn generic_kind<E: LabelValue>(error: E) -> Result<(), E> {
    Err(error)
}

#[instrumented(name = "d", errors = "d_errors_total")]
fn opaque() -> Result<impl Sized, Problem> {
    Ok(())
}

struct Service<T>(T);

impl<T> Service<T> {
    #[instrumented(name = "e", errors = "e_errors_total")]
    fn of_self(self) -> Result<Self, Problem> {
        Ok(self)
    }

    #[instrumented(name = "f", errors = "f_errors_total")]
    fn of_the_block(self) -> Result<T, Problem> {
        Ok(self.0)
    }
}

#[derive(Operation)]
#[operation(name = "uploads", errors = "uploads_errors_total")]
struct Upload {}

#[instrumented(Upload {})]
fn declared() -> Result<(), Problem> {
    Err(Problem::Busy)
}

fn main() {
    let _ = (generic(1), generic_error(Problem::Busy), generic_kind(Problem::Busy), opaque(), declared());
    let _ = (Service(1).of_self(), Service(1).of_the_block());
}
