//! What the macros accept, run; and what they refuse, with every word that the user reads.
//!
//! The texts in `ui/**/*.stderr` are those of the toolchain that CI pins (1.95); another one may word its own part of them differently.
//! `TRYBUILD=overwrite cargo test --test ui` writes them anew, to be read before they are kept.

/// Each file is a program that is built and run.
#[test]
fn what_is_accepted_runs() {
    let tests = trybuild::TestCases::new();
    tests.pass("ui/pass/*.rs");
    // These are refused when code is generated, which `cargo check` does not do; next to programs that pass, it is done.
    tests.compile_fail("ui/built/*.rs");
}

/// Folders are named after the kind of mistake.
#[test]
fn what_is_refused_is_explained() {
    let tests = trybuild::TestCases::new();
    tests.compile_fail("ui/fail/*/*.rs");
}
