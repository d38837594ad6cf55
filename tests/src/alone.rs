//! A process of one's own for a test, without a binary of its own to link.

use std::env;
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use crate::local::PROCESS_WIDE;

/// Says in the environment of a test's own process which test that is.
const VARIABLE: &str = "TEST_OF_METRICS_ALONE";

/// The command that runs a program of this platform, with its arguments: an emulator, or nothing. `scripts/platforms` sets it.
const RUNNER: &str = "TEST_RUNNER";

/// Runs the body of a test in its own process, in which no recorder is installed, and without effects on other tests.
///
/// The process is the test's own binary with this one test. Its name is that of the closure's type, less crate and `{{closure}}`.
///
/// # Panics
/// When the test fails there, with its output, and when no test ran there.
#[track_caller]
pub fn alone<F: FnOnce()>(body: F) {
    alone_with(&[], body);
}

/// As [`alone`], with variables in the environment of the process.
///
/// # Panics
/// As [`alone`].
#[track_caller]
pub fn alone_with<F: FnOnce()>(variables: &[(&str, &str)], body: F) {
    let name = test_name(&body);
    if env::var_os(VARIABLE).is_some_and(|chosen| chosen == name) {
        return body();
    }
    let variables: Vec<_> = variables.iter().copied().chain([(VARIABLE, name)]).collect();
    if let Err(report) = run(name, &variables) {
        panic!("{report}");
    }
}

/// Runs every test of this binary, those of some modules aside, in a process of its own where the first [`Local`](crate::Local) is the
/// process-wide recorder.
///
/// # Panics
/// When any of them fails there, with the output of all that do.
#[track_caller]
pub fn all_process_wide(without: &[&str]) {
    let names = list();
    let is_left_out = |name: &str| name.split_once("::").is_some_and(|(module, _)| without.contains(&module));
    let names: Vec<&str> =
        names.lines().filter_map(|line| line.strip_suffix(": test")).filter(|name| !is_left_out(name)).collect();
    assert!(!names.is_empty(), "this binary has no other tests");
    let left = Mutex::new(names.into_iter());
    let work = || {
        let mut failures = Vec::new();
        // The lock is not held while the test runs.
        while let Some(name) = { left.lock().expect("no worker panics with the lock").next() } {
            failures.extend(run(name, &[(PROCESS_WIDE, "1")]).err());
        }
        failures
    };
    let failures = thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work), scope.spawn(work)];
        workers.map(|worker| worker.join().expect("a worker does not panic")).concat()
    });
    assert!(failures.is_empty(), "{} fail when the recorder is process-wide\n{}", failures.len(), failures.join("\n"));
}

fn test_name<F: FnOnce()>(_: &F) -> &'static str {
    let path = std::any::type_name::<F>();
    path.split_once("::").and_then(|(_, rest)| rest.strip_suffix("::{{closure}}")).expect("a closure in a test")
}

fn list() -> String {
    let output = this_binary().args(["--list", "--format", "terse"]).output().expect("this binary can be started");
    String::from_utf8(output.stdout).expect("names of tests are text")
}

/// Runs one test of this binary in a process of its own; what it said, if it failed or never ran.
fn run(name: &str, variables: &[(&str, &str)]) -> Result<(), String> {
    let mut command = this_binary();
    command.args([name, "--exact", "--include-ignored", "--nocapture"]).envs(variables.iter().copied());
    let output = command.output().expect("this binary can be started");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.success() && out.contains(" 1 passed;") {
        Ok(())
    } else {
        Err(format!("`{name}` in its own process: {}\n{out}\n{err}", output.status))
    }
}

fn this_binary() -> Command {
    let binary = env::current_exe().expect("this binary");
    let runner = env::var(RUNNER).unwrap_or_default();
    let mut words = runner.split_whitespace();
    let Some(program) = words.next() else { return Command::new(binary) };
    let mut command = Command::new(program);
    command.args(words).arg(binary);
    command
}
