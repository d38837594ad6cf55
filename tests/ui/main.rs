//! What the macros accept, run; and what they refuse, with every message that the user reads.
//!
//! The messages in `**/*.stderr` are those of the toolchain that CI pins (1.95); other toolchains may phrase their own parts differently.
//! `TRYBUILD=overwrite cargo test --test ui` regenerates them; review the diff before you commit it. `cargo test --test ui -- programs trybuild=NAME` runs
//! the files whose path contains the name.

/// One test, so that the dependencies are built once.
#[test]
fn programs_run_and_mistakes_are_explained() {
    let tests = trybuild::TestCases::new();
    tests.pass("pass/*.rs");
    // Errors that occur when code is generated, which `cargo check` does not do.
    tests.compile_fail("built/*.rs");
    // Folders are named after the kind of mistake.
    tests.compile_fail("fail/*/*.rs");
}
