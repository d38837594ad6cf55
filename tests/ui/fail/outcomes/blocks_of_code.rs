//! `measure`, and the guard of `start`.

#![allow(unused)]

use metrics_instrumented::{LabelValue, Operation};

struct Response;

#[derive(LabelValue)]
enum Kind {
    Good,
}

#[derive(Operation)]
#[operation(name = "uploads")]
struct Upload {}

#[derive(Operation)]
#[operation(name = "lookups", outcome = Kind)]
struct Lookup {}

#[derive(Operation)]
#[operation(name = "sales", errors(of = Kind))]
struct Sale {}

fn main() {
    Upload {}.measure(|| Response);
    Upload {}.start().finish(&Response);
    let _ = Upload {}.measure_async(async { Response });
    Lookup {}.measure(|| 5);
    Lookup {}.start().ok();
    Sale {}.measure(|| 5);
    let _ = Sale {}.measure(|| Err::<(), _>("text"));
}
