//! What the macros accept, run; and what they refuse, with every message that the user reads.
//!
//! The messages in `**/*.stderr` are those of the toolchain that CI pins (1.95); other toolchains may phrase their own parts differently.
//! `TRYBUILD=overwrite cargo test --test ui` regenerates them; review the diff before you commit it. `cargo test --test ui -- programs trybuild=NAME` runs
//! the files whose path contains the name.

use std::env;
use std::process::{Command, Stdio};

/// `trybuild` gives its flags to cargo in the configuration, and once the dependencies are built, one more flag, so that they are built again. Flags in this
/// variable take precedence over both.
const FLAGS: &str = "CARGO_ENCODED_RUSTFLAGS";

/// One test, so that the dependencies are built once.
#[test]
fn programs_run_and_mistakes_are_explained() {
    let flags = ["--cfg", "trybuild", "--verbose", "-A", "dead_code", "--diagnostic-width=140"].join("\u{1f}");
    if env::var(FLAGS).is_ok_and(|chosen| chosen == flags) {
        return run();
    }
    // Only a new process can have other variables.
    let mut again = Command::new(env::current_exe().expect("this binary"));
    again.args(env::args_os().skip(1)).env(FLAGS, flags).stderr(Stdio::inherit());
    let output = again.output().expect("this binary can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

fn run() {
    let tests = trybuild::TestCases::new();
    tests.pass("pass/*.rs");
    // Errors that occur when code is generated, which `cargo check` does not do.
    tests.compile_fail("built/*.rs");
    // Folders are named after the kind of mistake.
    tests.compile_fail("fail/*/*.rs");
}
