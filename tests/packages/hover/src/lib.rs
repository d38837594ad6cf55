//! What lints say of public functions does not change.

#![deny(warnings, missing_docs)]

/// A function whose documentation is written.
#[metrics_instrumented::instrumented]
pub fn documented() {}

/// A function whose documentation is not, which this expects to be said.
#[expect(missing_docs)]
pub mod bare {
    #[metrics_instrumented::instrumented(name = "undocumented")]
    pub fn undocumented() {}
}
