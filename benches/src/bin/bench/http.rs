//! What HTTP layers cost a request, ours and others': the program of `scripts/bench-http`.

use std::process::Command;

use crate::Effort;
use crate::programs::{number, path};
use crate::results::Results;

const PROGRAM: &str = "metrics-instrumented-http-bench";

/// The numbers of requests, whose difference is counted.
const REQUESTS: [u32; 2] = [1_000, 2_000];

/// Allocations, nanoseconds and instructions of a request with each layer.
pub fn run(_: Effort, results: &mut Results) {
    let printed = said(&[]);
    let names: Vec<String> = said(&["--names"]).lines().map(str::to_owned).collect();
    results.say("http/names", names.join("\u{1}"));
    for name in &names {
        let row = printed.lines().find_map(|line| line.strip_prefix(name.as_str())?.strip_prefix(' '));
        let row = row.unwrap_or_else(|| panic!("`{name}` has no row"));
        for (what, word) in ["allocations", "nanoseconds"].into_iter().zip(row.split_whitespace()) {
            results.set(format!("http/{name}/{what}"), number(word));
        }
        if let [Some(few), Some(many)] = REQUESTS.map(|requests| instructions(name, requests)) {
            results.set(format!("http/{name}/instructions"), (many - few) / f64::from(REQUESTS[1] - REQUESTS[0]));
        }
    }
}

/// The layers that were measured.
pub fn names(results: &Results) -> impl Iterator<Item = &str> {
    results.text("http/names").split('\u{1}').filter(|name| !name.is_empty())
}

fn said(words: &[&str]) -> String {
    let output = Command::new(path(PROGRAM)).args(words).output().expect("scripts/bench builds it");
    assert!(output.status.success(), "{PROGRAM} failed: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it writes text")
}

fn instructions(name: &str, requests: u32) -> Option<f64> {
    let output = Command::new("valgrind")
        // Only the requests: how long the calibration of a clock takes differs from run to run.
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--toggle-collect=metrics_instrumented_http_bench::request")
        .arg(path(PROGRAM))
        .args([name, &requests.to_string()])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    text.lines().find(|line| line.contains("Collected :"))?.rsplit(' ').next()?.parse().ok()
}
