//! Mistakes in a body are said where they are, as without the attribute.

#![allow(unused)]

use metrics_instrumented::{LabelValue, Operation, instrumented};

#[derive(LabelValue)]
enum Problem {}

#[derive(Operation)]
#[operation(name = "volumes")]
struct Volumes {}

#[instrumented]
fn wrong_type() -> u32 {
    "text"
}

#[instrumented(name = "a")]
fn wrong_result() -> Result<u32, String> {
    if true {
        return "text";
    }
    Ok("text")
}

#[instrumented(name = "b")]
async fn wrong_future() -> Result<u32, String> {
    if true {
        return Err(5);
    }
    Ok("text")
}

#[instrumented(name = "c")]
fn no_value() -> Option<u32> {
    Some(1);
}

#[instrumented(name = "d", errors = "d_errors_total")]
fn question_mark() -> Result<u32, Problem> {
    Ok("5".parse::<u32>()?)
}

#[instrumented(Volumes {})]
fn missing_name() -> Result<u32, Problem> {
    Ok(missing)
}

#[instrumented(name = "e")]
fn moved(text: String) -> Option<String> {
    drop(text);
    Some(text)
}

#[instrumented(name = "h")]
fn unknown_argument(order: Ordr) -> Ordr {
    order
}

#[instrumented(name = "i")]
fn borrowed() -> Result<&str, ()> {
    Ok("text")
}

fn main() {
    let _ = (wrong_type(), wrong_result(), wrong_future(), no_value(), question_mark(), missing_name());
    let _ = moved(String::new());
}
