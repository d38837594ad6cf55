//! More series than a family may have, where the types of labels are inferred: `cargo check` refuses it, except where a type may be a parameter.

use metrics_instrumented::{LabelValue, instrumented};

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

impl Ten {
    fn same(self) -> Self {
        self
    }
}

impl From<&Ten> for Ten {
    fn from(ten: &Ten) -> Self {
        *ten
    }
}

#[instrumented(name = "a", labels(x = ten.same(), y = ten.same(), z = Some(ten)))]
fn too_many_calls(ten: Ten) {}

#[instrumented(name = "b", labels(label), max_series = 40)]
fn generic<L: LabelValue>(label: L) -> L {
    label
}

#[instrumented(name = "c", labels(x = ten.same(), y = ten.same(), z = ten.same()), calls(labels()), in_flight(labels(x)), max_series = 500)]
fn too_many_durations(ten: Ten) {}

#[instrumented(name = "d", labels(x = ten.same(), y = ten.same()), outcome = Ten)]
fn too_many_outcomes(ten: Ten) -> Ten {
    ten
}

#[instrumented(name = "e", labels(x = ten.same(), y = ten.same()), errors = "e_errors_total", max_series = 500)]
fn too_many_errors(ten: Ten) -> Result<(), Ten> {
    Err(ten)
}

fn main() {
    too_many_calls(Ten::A);
    generic(true);
    generic((Ten::B, Ten::C).0);
    generic(Some(Ten::D));
    too_many_durations(Ten::E);
    let _ = (too_many_outcomes(Ten::F), too_many_errors(Ten::G), Ten::H, Ten::I, Ten::J);
}
