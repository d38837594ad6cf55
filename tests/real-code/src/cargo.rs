//! Cargo, and what it says.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use serde::{Deserialize, Serialize};

/// What the compiler said at one place.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Diagnostic {
    pub level: String,
    pub code: Option<String>,
    pub message: String,
    /// Relative to the package.
    pub file: PathBuf,
    pub line: usize,
    pub byte: usize,
    /// Which target was built: one file may be part of several.
    pub target: String,
    pub rendered: String,
}

impl Diagnostic {
    /// What makes two of them the same in two versions of one package.
    pub fn identity(&self) -> (&str, Option<&str>, &str, &Path, usize) {
        (&self.level, self.code.as_deref(), &self.message, &self.file, self.line)
    }
}

/// A package in its folder.
pub struct Package<'a> {
    pub folder: &'a Path,
    pub name: &'a str,
    pub version: &'a str,
    /// The arguments that select features.
    pub features: &'a [&'a str],
    /// Tests that are not run.
    pub skipped: &'a [&'a str],
    /// Where builds go.
    pub target: &'a Path,
}

impl Package<'_> {
    fn cargo(&self, words: &[&str]) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        // With its version: it may depend on another one of itself.
        command.args(words).args(["--package", &format!("{}@{}", self.name, self.version)]).current_dir(self.folder);
        command.env("CARGO_TARGET_DIR", self.target).env("CARGO_INCREMENTAL", "0");
        // Of the toolchain that runs this, whatever the package's own file says.
        command.env_remove("RUSTFLAGS").stdin(Stdio::null());
        command
    }

    /// Builds everything that its tests run; what the compiler said about the package.
    pub fn build_tests(&self) -> Result<Vec<Diagnostic>> {
        let output = self
            .cargo(&["build", "--lib", "--bins", "--tests", "--examples", "--keep-going", "--message-format=json"])
            .args(self.features)
            .output()
            .context("cargo")?;
        let mut said = Vec::new();
        for line in String::from_utf8(output.stdout)?.lines().filter(|line| line.starts_with('{')) {
            let Line { message: Some(message), target: Some(target), package_id, .. } = serde_json::from_str(line)?
            else {
                continue;
            };
            if package_id.is_some_and(|id| id.contains(&self.folder.display().to_string())) {
                said.extend(message.diagnostic(&target));
            }
        }
        let failed = said.iter().any(|diagnostic| diagnostic.level == "error");
        if !output.status.success() && !failed {
            bail!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
        }
        Ok(said)
    }

    /// Runs its tests, those in its documentation too: the names of those that passed and of those that did not.
    pub fn run_tests(&self) -> Result<Tests> {
        let skipped = self.skipped.iter().flat_map(|name| ["--skip", name]);
        let output = self
            .cargo(&["test", "--no-fail-fast"])
            .args(self.features)
            .arg("--")
            .args(skipped)
            .output()
            .context("cargo")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let mut tests = Tests::default();
        // The order of the programs is always the same, and distinguishes names.
        let mut program = 0;
        for line in text.lines() {
            if line.starts_with("running ") {
                program += 1;
            }
            let Some((name, how)) = line.strip_prefix("test ").and_then(|line| line.rsplit_once(" ... ")) else {
                continue;
            };
            let name = format!("{program}: {name}");
            if how.starts_with("ok") {
                tests.passed.insert(name);
            } else if how.starts_with("FAILED") {
                tests.failed.insert(name);
            }
        }
        if !output.status.success() && tests.failed.is_empty() {
            bail!("{}\n{text}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
        }
        Ok(tests)
    }

    /// The processor time, in seconds, of compiling the package itself; the least of some runs.
    pub fn build_time(&self, words: &[&str]) -> Result<f64> {
        let mut least = f64::INFINITY;
        for _ in 0..3 {
            let cleaned = self.cargo(&["clean", "--quiet"]).status()?;
            ensure!(cleaned.success(), "cargo clean: {cleaned}");
            let before = processor_time()?;
            let output = self.cargo(words).args(self.features).arg("--quiet").output()?;
            ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            least = least.min((processor_time()? - before).as_secs_f64());
        }
        Ok(least)
    }
}

/// The user and system time of all children that ended.
fn processor_time() -> Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let microseconds = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Ok(Duration::from_micros(microseconds.try_into()?))
}

/// The tests of a package.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Tests {
    pub passed: BTreeSet<String>,
    pub failed: BTreeSet<String>,
}

/// A line of cargo's JSON.
#[derive(Deserialize)]
struct Line {
    package_id: Option<String>,
    target: Option<Target>,
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
    name: String,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    message: String,
    rendered: Option<String>,
    code: Option<Code>,
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Span {
    file_name: PathBuf,
    byte_start: usize,
    line_start: usize,
    is_primary: bool,
}

impl Message {
    /// `None` for what has no place, like the sum of all warnings.
    fn diagnostic(self, target: &Target) -> Option<Diagnostic> {
        let span = self.spans.into_iter().find(|span| span.is_primary)?;
        Some(Diagnostic {
            level: self.level,
            code: self.code.map(|code| code.code),
            message: self.message,
            file: span.file_name,
            line: span.line_start,
            byte: span.byte_start,
            target: format!("{} {}", target.kind.join("+"), target.name),
            rendered: self.rendered.unwrap_or_default(),
        })
    }
}
