//! What a call costs in a debug build, with the recorder and with none: the program that counts instructions, built without optimisation, and timed.

use std::env;
use std::process::Command;

use crate::programs::{number, target};
use crate::results::Results;
use crate::{Effort, root};

/// The recorder, and the case.
const TIMED: [(&str, &str); 8] = [
    ("ours", "bare"),
    ("ours", "full"),
    ("ours", "error"),
    ("ours", "untimed"),
    ("ours", "closed"),
    ("none", "bare"),
    ("none", "full"),
    ("none", "untimed"),
];

/// Each in a process of its own, one after the other in each round; medians.
pub fn run(effort: Effort, results: &mut Results) {
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let status = Command::new(cargo)
        .args(["build", "--locked", "--quiet", "--manifest-path"])
        .arg(root().join("benches/instructions/Cargo.toml"))
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
        results.set(format!("debug/{recorder}/{case}"), taken[taken.len() / 2]);
    }
}

/// Nanoseconds of a call in a debug build above the bare one.
pub fn net(results: &Results, recorder: &str, case: &str) -> Option<f64> {
    let of = |case: &str| results.get(&format!("debug/{recorder}/{case}"));
    Some(of(case)? - of("bare")?)
}
