//! Runs the other programs of this package.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Cargo's target folder.
pub fn target() -> PathBuf {
    let program = env::current_exe().expect("it is available on Linux");
    program.ancestors().nth(2).expect("the program is in target/release").to_owned()
}

/// The path of a program of this package.
pub fn path(name: &str) -> PathBuf {
    target().join("release").join(name)
}

/// The output of a program, split at lines and tabs.
pub fn ask<W: AsRef<OsStr>>(name: &str, words: impl IntoIterator<Item = W>) -> Vec<Vec<String>> {
    let output = Command::new(path(name)).args(words).stderr(Stdio::inherit()).output().expect("it was built");
    assert!(output.status.success(), "{name} failed");
    let text = String::from_utf8(output.stdout).expect("it writes text");
    text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// A number that a program printed.
pub fn number(word: &str) -> f64 {
    word.parse().unwrap_or_else(|_| panic!("`{word}` is not a number"))
}

/// A process that measures single cases on request.
pub struct Worker {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// The cases that it has.
    pub cases: Vec<String>,
}

impl Worker {
    /// Starts one with this recorder.
    pub fn start(recorder: &str) -> Self {
        Self::start_with(&[recorder, "serve"])
    }

    /// Starts one that is scraped without a pause, with this number of series.
    pub fn start_scraped(recorder: &str, series: u32) -> Self {
        Self::start_with(&[recorder, "serve", "scraped", &series.to_string()])
    }

    fn start_with(words: &[&str]) -> Self {
        let mut process = Command::new(path("worker"))
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it was built");
        let input = process.stdin.take().expect("it is piped");
        let mut output = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut names = String::new();
        output.read_line(&mut names).expect("the output has a line");
        let cases = names.trim_end().split('\t').map(str::to_owned).collect();
        Self { process, input, output, cases }
    }

    /// Nanoseconds a call, by `wall` clock or `processor` time, and whether the threads ran at the same time.
    pub fn measure(&mut self, what: &str, threads: usize, case: &str) -> (f64, bool) {
        writeln!(self.input, "{what} {threads} {case}").expect("it reads");
        let mut answer = String::new();
        self.output.read_line(&mut answer).expect("it answers");
        let (nanoseconds, at_once) = answer.trim_end().split_once(' ').expect("two words");
        (number(nanoseconds), at_once == "true")
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
