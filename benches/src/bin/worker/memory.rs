//! Memory after many calls without a scrape.

use std::fs;
use std::thread;

use crate::cases::{self, Recorder};
use crate::Installed;

/// Prints the process's memory in KiB before and after this number of calls from two threads, and after a scrape that follows.
pub fn run(installed: &Installed, recorder: Recorder, calls: u64) {
    let case = cases::named(match recorder {
        Recorder::Ours => "ours",
        Recorder::Stock => "by hand",
    });
    let half = |calls: u64| {
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| (case.run)(calls / 2));
            }
        });
    };
    half(20_000);
    let before = resident();
    half(calls);
    let after = resident();
    let length = installed.render().len();
    println!("{before} {after} {} {length}", resident());
}

/// The process's resident memory in KiB.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("it exists on Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a line about it");
    line.split_whitespace().nth(1).and_then(|word| word.parse().ok()).expect("a number")
}
