//! Return types that contain types which do not exist: the compiler reports these, and nothing else.

#![allow(unused)]

use metrics_instrumented::instrumented;
use missing::Imported;

#[instrumented]
fn option() -> Option<Imported> {
    None
}

#[instrumented]
fn result(fail: bool) -> Result<Mistyped, String> {
    if fail {
        return Err(String::new());
    }
    todo!()
}

#[instrumented]
fn question_mark(text: &str) -> Result<Mistyped, std::num::ParseIntError> {
    let number: u32 = text.parse()?;
    Ok(Mistyped(number))
}

#[instrumented]
fn list() -> Vec<missing::Other> {
    Vec::new()
}

#[instrumented]
async fn later() -> Option<Box<Mistyped>> {
    std::future::ready(None).await
}

#[instrumented]
async fn later_name(text: &str) -> Mistyped {
    std::future::ready(text).await
}

#[instrumented]
fn name() -> Mistyped {
    todo!()
}

fn main() {}
