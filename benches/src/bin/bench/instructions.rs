//! The instructions of a call, counted by `valgrind --tool=callgrind`.

use std::process::Command;

use crate::Effort;
use crate::programs::{number, path, target};
use crate::results::Results;

/// The counted cases: recorder, case, and the number of threads that made a call before.
const COUNTED: [(&str, &str, u32); 32] = [
    ("ours", "bare", 1),
    ("ours", "clock", 1),
    ("ours", "ours", 1),
    ("ours", "ours", 64),
    ("ours", "ours error", 1),
    ("ours", "ours plain", 1),
    ("ours", "ours closed", 1),
    ("ours", "ours closed two", 1),
    ("ours", "ours open", 1),
    ("ours", "ours open idle", 1),
    ("ours", "ours declared", 1),
    ("ours", "ours async", 1),
    ("ours", "ours boxed", 1),
    ("ours", "ours, 1000 in turn", 1),
    ("ours", "ours untimed", 1),
    ("ours", "ours oldest", 1),
    ("ours", "ours peak", 1),
    ("ours", "ours polls async", 1),
    ("ours", "ours above 15 buckets", 1),
    ("ours", "ours above 64 buckets", 1),
    ("stock", "ours", 1),
    ("stock", "by hand", 1),
    ("stock", "macros", 1),
    ("stock", "function-timer", 1),
    ("ours", "autometrics", 1),
    ("ours", "metered", 1),
    ("ours", "prometheus-client", 1),
    ("ours", "fastmetrics", 1),
    ("ours", "fast-telemetry", 1),
    ("ours", "measured", 1),
    ("ours", "opentelemetry", 1),
    ("ours", "hotpath", 1),
];

/// The number of calls.
const CALLS: u32 = 10_000;

/// Counts the instructions, or prints why it cannot.
pub fn run(_: Effort, results: &mut Results) {
    if Command::new("valgrind").arg("--version").output().is_err() {
        let skipped = "not counted: valgrind is not installed; on Debian, install it with `apt-get install valgrind`";
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

/// The limits of a call's instructions: what the program of `scripts/bench instructions` prints, and fails with where one is broken.
pub fn limits(_: Effort, results: &mut Results) {
    if !results.text("instructions/skipped").is_empty() {
        return;
    }
    let output = Command::new(path("metrics-instrumented-instructions")).output().expect("scripts/bench builds it");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut found = Vec::new();
    for line in text.lines() {
        // `holds   93.5 (limit 110)  instructions of a call: full above bare`; without a limit, some are only shown.
        let line = line.trim_start_matches("holds").trim_start_matches("FAILS").trim();
        let Some((value, rest)) = line.split_once(' ').filter(|(_, rest)| rest.contains("(limit") || rest.contains(" above ")) else { continue };
        let (limit, what) = match rest.trim().strip_prefix("(limit").and_then(|rest| rest.split_once(')')) {
            Some((limit, what)) => (Some(number(limit.trim())), what),
            None => (None, rest),
        };
        let what = what.trim();
        results.set(format!("instruction-limits/{what}/value"), number(value));
        if let Some(limit) = limit {
            results.set(format!("instruction-limits/{what}/limit"), limit);
            found.push(what.to_owned());
        }
    }
    assert!(!found.is_empty(), "nothing was counted: {}", String::from_utf8_lossy(&output.stderr));
    results.say("instruction-limits", found.join("\u{1}"));
}

/// What the limits are about, with the value and the limit.
pub fn limited(results: &Results) -> impl Iterator<Item = (&str, Option<f64>, f64)> {
    let names = results.text("instruction-limits").split('\u{1}').filter(|name| !name.is_empty());
    names.filter_map(|what| {
        let of = |which: &str| results.get(&format!("instruction-limits/{what}/{which}"));
        Some((what, of("value"), of("limit")?))
    })
}

/// The instructions of a case of that program above another one.
pub fn above(results: &Results, case: &str, from: &str, suffix: &str) -> Option<f64> {
    results.get(&format!("instruction-limits/instructions of a call: {case} above {from}{suffix}/value"))
}
