//! What the accepted programs share: running something under a recorder of its own, and asking what it counted.

// One of the programs has no prelude, so nothing is taken from there.
use ::metrics_instrumented_test_support::exposition::Exposition;
use ::std::prelude::rust_2024::*;
use ::std::{assert_eq, format};

/// What is exposed after running this, with a recorder that only this thread sees.
pub fn recorded(run: impl FnOnce()) -> Exposition {
    let recorder = ::metrics_instrumented::exporter().build().expect("the declarations do not contradict each other");
    ::metrics::with_local_recorder(&recorder, run);
    Exposition::parse(&recorder.handle().render()).expect("the exposition is valid")
}

/// The calls of `name` that ended with this outcome, or `None` if there is no such series.
pub fn ended(exposition: &Exposition, name: &str, outcome: &str) -> Option<f64> {
    exposition.value(&format!("{name}_total"), &[("outcome", outcome)])
}

/// Asserts that calls of `name` ended so: `ok`, `error`, `panic`, `cancelled`; that each was timed; and that none is in flight.
#[track_caller]
pub fn assert_ended(exposition: &Exposition, name: &str, expected: [f64; 4]) {
    // Outcomes that a function cannot have, such as `cancelled` of one that is not async, have no series.
    let counted = ["ok", "error", "panic", "cancelled"].map(|outcome| ended(exposition, name, outcome).unwrap_or(0.0));
    assert_eq!(counted, expected, "{name} as ok, error, panic, cancelled");
    let timed = exposition.value(&format!("{name}_duration_seconds_count"), &[]);
    assert_eq!(timed, Some(expected.iter().sum()), "{name} timed");
    assert_eq!(exposition.value(&format!("{name}_in_flight"), &[]), Some(0.0), "{name} in flight");
}
