//! Instructions of a call, counted by `valgrind --tool=callgrind` while nothing but calls is made.

use std::process::Command;

use crate::Effort;
use crate::programs::{path, target};
use crate::results::Results;

/// What is counted: recorder, case, threads that called before.
const COUNTED: [(&str, &str, u32); 22] = [
    ("ours", "bare", 1),
    ("ours", "clock", 1),
    ("ours", "ours", 1),
    ("ours", "ours", 64),
    ("ours", "ours error", 1),
    ("ours", "ours plain", 1),
    ("ours", "ours closed", 1),
    ("ours", "ours closed two", 1),
    ("ours", "ours open", 1),
    ("ours", "ours declared", 1),
    ("ours", "ours async", 1),
    ("ours", "ours boxed", 1),
    ("ours", "ours, 1000 in turn", 1),
    ("ours", "ours above 15 buckets", 1),
    ("ours", "ours above 64 buckets", 1),
    ("stock", "ours", 1),
    ("stock", "by hand", 1),
    ("stock", "macros", 1),
    ("stock", "function-timer", 1),
    ("ours", "autometrics", 1),
    ("ours", "metered", 1),
    ("ours", "prometheus-client", 1),
];

/// So many calls.
const CALLS: u32 = 10_000;

/// Counts, or says why not.
pub fn run(_: Effort, results: &mut Results) {
    if Command::new("valgrind").arg("--version").output().is_err() {
        let skipped = "not counted: there is no valgrind on this machine; on Debian, `apt-get install valgrind` brings it";
        eprintln!("{skipped}");
        results.say("instructions/skipped", skipped);
        return;
    }
    results.say("instructions/skipped", "");
    for (recorder, case, threads) in COUNTED {
        if let Some(count) = counted(recorder, case, threads) {
            results.set(format!("instructions/{recorder}/{threads}/{case}"), count / f64::from(CALLS));
        } else {
            eprintln!("`{case}` under the {recorder} recorder was not counted: valgrind failed");
        }
    }
}

fn counted(recorder: &str, case: &str, threads: u32) -> Option<f64> {
    let file = target().join("performance").join("callgrind.out");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no", "--toggle-collect=counted_by_callgrind"])
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(path("worker"))
        .args([recorder, "instructions", case, &CALLS.to_string(), &threads.to_string()])
        .output()
        .ok()?;
    // `==123== Collected : 4567`
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find(|line| line.contains("Collected :"))?;
    line.rsplit(' ').next()?.parse().ok().filter(|_| output.status.success())
}
