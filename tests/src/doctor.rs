//! What the doctor says.

use metrics_instrumented::{Finding, doctor};

/// Its findings about pushes.
#[must_use]
pub fn failing_pushes() -> Vec<String> {
    let diagnosis = doctor();
    let pushes = diagnosis.findings().iter().filter(|finding| matches!(finding, Finding::PushFailing { .. }));
    pushes.map(ToString::to_string).collect()
}
