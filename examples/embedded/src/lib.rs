//! What the servers of this package serve.

use metrics_instrumented::instrumented;

/// Greetings.
#[instrumented(name = "greetings")]
#[must_use]
pub fn greet() -> &'static str {
    "hello\n"
}
