//! `promtool`, which comes with Prometheus.

use std::{
    io::Write,
    process::{Command, Stdio},
    thread,
};

use super::Tool;

/// Lints an exposition with `promtool check metrics`.
///
/// # Errors
/// When it finds fault, with its words.
///
/// # Panics
/// When it is not installed or cannot be run.
#[track_caller]
pub fn promtool_check_metrics(text: &str) -> Result<(), String> {
    promtool(&["check", "metrics"], text).map(drop)
}

/// Runs `promtool` with these arguments, such as `["check", "rules", path]`, on this input, and returns what it says.
///
/// # Errors
/// When it ends with another status than 0, with what it says.
///
/// # Panics
/// When it is not installed or cannot be run.
#[track_caller]
pub fn promtool(arguments: &[&str], input: &str) -> Result<String, String> {
    let program = Tool::PROMTOOL.find().unwrap_or_else(|missing| panic!("{missing}"));
    let mut child = Command::new(&program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{} cannot be started: {error}", program.display()));
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let output = thread::scope(|scope| {
        // While it is read: neither side may wait for the other. A pipe that it closes early is its own decision.
        scope.spawn(move || _ = stdin.write_all(input.as_bytes()));
        child.wait_with_output().expect("promtool can be waited for")
    });
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).trim().to_owned();
    if output.status.success() {
        Ok(said)
    } else {
        Err(format!("promtool {}: {}\n{said}", arguments.join(" "), output.status))
    }
}
