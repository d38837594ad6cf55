//! More series than a family may have, where all types are known.

#![allow(unused)]

use metrics_instrumented::{Counter, Gauge, LabelValue, Operation, instrumented};

#[derive(Clone, Copy, LabelValue)]
enum Ten {
    A,
    B,
    C,
    D,
    E,
    F,
    G,
    H,
    I,
    J,
}

#[instrumented(name = "a", labels(x: Ten = ten, y: Ten = ten, z: Ten = ten))]
fn too_many_calls(ten: Ten) {}

#[instrumented(name = "b", labels(ten, flag), max_series = 50)]
fn too_many_for_its_own_limit(ten: Ten, flag: bool) -> Result<(), ()> {
    Ok(())
}

#[instrumented(name = "c", labels(x: Ten = ten, y: Ten = ten), errors = "c_errors_total", only(duration), max_series = 500)]
fn too_many_errors(ten: Ten) -> Result<(), Ten> {
    Err(ten)
}

#[instrumented(name = "d", labels(x: Ten = ten, y: Ten = ten), outcome = Ten)]
fn too_many_outcomes(ten: Ten) -> Ten {
    ten
}

impl From<&Ten> for Ten {
    fn from(ten: &Ten) -> Self {
        *ten
    }
}

#[derive(Operation)]
#[operation(name = "volumes")]
struct Volumes {
    a: Ten,
    b: Ten,
    c: Option<Ten>,
}

#[derive(Counter)]
#[counter(name = "events_total", max_series = 5)]
struct Events {
    a: Ten,
}

#[derive(Gauge)]
#[gauge(name = "connections")]
struct Connections {
    a: Ten,
    b: Ten,
    c: Ten,
    d: bool,
}

fn main() {
    too_many_calls(Ten::A);
    let _ = (too_many_for_its_own_limit(Ten::B, true), too_many_errors(Ten::C), too_many_outcomes(Ten::D));
    Volumes { a: Ten::E, b: Ten::F, c: None }.measure(|| 1);
    Events { a: Ten::G }.increment(1);
    Connections { a: Ten::H, b: Ten::I, c: Ten::J, d: true }.set(1.0);
}
