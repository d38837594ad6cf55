//! Counts the instructions of a call with `valgrind --tool=callgrind`, as the difference of two lengths of a loop: what is done once is in both, and what is left
//! are the calls. The same loop with the bare function is taken off. Nothing else that runs on the machine changes the figures.

mod cases;

use std::env;
use std::process::{Command, ExitCode};
use std::time::Instant;

/// The lengths of the two loops.
const CALLS: [u64; 2] = [1_000, 3_000];

/// What must hold: the recorder, the case, the case that is taken off, and the limit.
const LIMITS: [(&str, &str, &str, f64); 9] = [
    ("ours", "full", "bare", 110.0),
    ("ours", "error", "bare", 110.0),
    ("ours", "untimed", "bare", 55.0),
    ("ours", "closed", "full", 15.0),
    ("ours", "declared", "full", 15.0),
    ("ours", "open", "full", 80.0),
    ("none", "full", "bare", 15.0),
    ("none", "untimed", "bare", 15.0),
    ("none", "closed", "bare tier", 15.0),
];

/// What is shown besides.
const SHOWN: [(&str, &str, &str); 3] = [("ours", "sampled", "bare"), ("ours", "two closed", "full"), ("none", "open", "bare host")];

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    if let [time, recorder, case] = words.as_slice()
        && time == "time"
    {
        println!("{}", nanoseconds(recorder, case));
        return ExitCode::SUCCESS;
    }
    if let [recorder, case, calls] = words.as_slice() {
        run(recorder, case, calls.parse().expect("a number of calls"));
        return ExitCode::SUCCESS;
    }
    let mut broken = 0;
    for (recorder, case, from, limit) in LIMITS {
        let net = instructions(recorder, case) - instructions(recorder, from);
        let verdict = if net <= limit { "holds" } else { "FAILS" };
        broken += u32::from(net > limit);
        println!("{verdict}  {net:>6.1} (limit {limit:>3})  {}", described(recorder, case, from));
    }
    for (recorder, case, from) in SHOWN {
        let net = instructions(recorder, case) - instructions(recorder, from);
        println!("       {net:>6.1}              {}", described(recorder, case, from));
    }
    println!("{} of {} instruction limits are broken", broken, LIMITS.len());
    if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn described(recorder: &str, case: &str, from: &str) -> String {
    let installed = if recorder == "ours" { "" } else { ", no recorder installed" };
    format!("instructions of a call: {case} above {from}{installed}")
}

/// Makes the calls, in a process of their own.
fn run(recorder: &str, case: &str, calls: u64) {
    let _installed = (recorder == "ours").then(|| metrics_instrumented::exporter().install_recorder());
    let (_, run) = cases::ALL.iter().find(|(name, _)| *name == case).expect("a case of this name");
    // All series are there, and all slots.
    run(10_000);
    counted_by_callgrind(*run, calls);
}

/// The nanoseconds of a call, the loop around it included: the fastest of a few batches, which was disturbed least. For debug builds, whose cost is not that of
/// the clock.
fn nanoseconds(recorder: &str, case: &str) -> f64 {
    const CALLS: u64 = 100_000;
    let _installed = (recorder == "ours").then(|| metrics_instrumented::exporter().install_recorder());
    let (_, run) = cases::ALL.iter().find(|(name, _)| *name == case).expect("a case of this name");
    run(CALLS);
    let batch = || {
        let start = Instant::now();
        run(CALLS);
        start.elapsed()
    };
    let fastest = (0..10).map(|_| batch()).min().expect("ten");
    fastest.as_secs_f64() * 1e9 / CALLS as f64
}

/// What `--toggle-collect` counts.
// SAFETY: no other function has this name.
#[unsafe(no_mangle)]
#[inline(never)]
fn counted_by_callgrind(run: fn(u64), calls: u64) {
    run(calls);
}

/// The instructions of one call, the loop around it included.
fn instructions(recorder: &str, case: &str) -> f64 {
    let [short, long] = CALLS.map(|calls| counted(recorder, case, calls));
    let calls = CALLS[1] - CALLS[0];
    (long - short) / calls as f64
}

fn counted(recorder: &str, case: &str, calls: u64) -> f64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no", "--toggle-collect=counted_by_callgrind"])
        .arg("--callgrind-out-file=/dev/null")
        .arg(env::current_exe().expect("this program"))
        .args([recorder, case, &calls.to_string()])
        .output()
        .expect("valgrind is installed; scripts/bench installs it");
    // `==123== Collected : 4567`
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find(|line| line.contains("Collected :"));
    let count = line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).filter(|_| output.status.success());
    count.unwrap_or_else(|| panic!("valgrind counted nothing for `{case}`:\n{text}"))
}
