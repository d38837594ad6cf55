//! What a call costs in a debug build, with the recorder and with none: the program that counts instructions, built without optimisation, and timed. Then the
//! same with an optimised runtime, as a user can configure it.

use std::env;
use std::process::Command;

use crate::programs::{number, target};
use crate::results::Results;
use crate::{Effort, root};

/// The recorder, and the case.
const TIMED: [(&str, &str); 10] = [
    ("ours", "bare"),
    ("ours", "look-up and readings"),
    ("ours", "full"),
    ("ours", "error"),
    ("ours", "untimed"),
    ("ours", "closed"),
    ("none", "bare"),
    ("none", "look-up"),
    ("none", "full"),
    ("none", "untimed"),
];

/// A kind of debug build.
#[derive(Clone, Copy, Debug)]
pub enum Build {
    /// Nothing is optimised.
    Plain,
    /// This crate and `metrics` are optimised.
    OptimisedRuntime,
}

impl Build {
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "debug",
            Self::OptimisedRuntime => "debug-optimised-runtime",
        }
    }

    /// The crates whose profile is overridden.
    fn optimised(self) -> &'static [&'static str] {
        match self {
            Self::Plain => &[],
            Self::OptimisedRuntime => &["metrics-instrumented", "metrics"],
        }
    }
}

/// Both kinds of builds, which have the same path.
pub fn run(effort: Effort, results: &mut Results) {
    for build in [Build::Plain, Build::OptimisedRuntime] {
        time(build, effort, results);
    }
}

/// Each case in a process of its own, one after the other in each round; medians.
fn time(build: Build, effort: Effort, results: &mut Results) {
    let overrides = build.optimised().iter().map(|package| format!("profile.dev.package.{package}.opt-level=3"));
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let status = Command::new(cargo)
        .args(["build", "--locked", "--quiet", "--manifest-path"])
        .arg(root().join("benches/instructions/Cargo.toml"))
        .args(overrides.flat_map(|setting| ["--config".to_owned(), setting]))
        .env("CARGO_TARGET_DIR", target())
        .status()
        .expect("cargo is there");
    assert!(status.success(), "the debug build failed");
    let program = target().join("debug/metrics-instrumented-instructions");
    let mut taken = vec![Vec::new(); TIMED.len()];
    for _ in 0..effort.pick(3, 11) {
        for (taken, (recorder, case)) in taken.iter_mut().zip(TIMED) {
            let output = Command::new(&program).args(["time", recorder, case]).output().expect("it was built");
            assert!(output.status.success(), "`time {recorder} {case}` failed");
            taken.push(number(String::from_utf8_lossy(&output.stdout).trim()));
        }
    }
    for (mut taken, (recorder, case)) in taken.into_iter().zip(TIMED) {
        taken.sort_by(f64::total_cmp);
        results.set(format!("{}/{recorder}/{case}", build.name()), taken[taken.len() / 2]);
    }
}

/// Nanoseconds of a call in a debug build above the bare one.
pub fn net(results: &Results, build: Build, recorder: &str, case: &str) -> Option<f64> {
    let of = |case: &str| results.get(&format!("{}/{recorder}/{case}", build.name()));
    Some(of(case)? - of("bare")?)
}
