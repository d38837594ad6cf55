//! Programs of this workspace, run and watched.

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader, Read},
    process::{Command, ExitStatus, Stdio},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use crate::child::OwnedChild;

/// A running program. Dropped, it is ended: TERM, and KILL if that does not help.
///
/// ```
/// use std::time::Duration;
/// use metrics_instrumented_test_support::process::Program;
///
/// let program = Program::start("sh", &["-c", "echo metrics: http://127.0.0.1:9000/metrics; exec sleep 60"]);
/// let url = program.wait_for_line("metrics: ", Duration::from_secs(10));
/// assert_eq!(url, "http://127.0.0.1:9000/metrics");
/// ```
#[derive(Debug)]
pub struct Program {
    name: String,
    child: OwnedChild,
    stdout: Arc<Transcript>,
    stderr: Arc<Transcript>,
}

impl Program {
    /// Starts the program at a path such as `env!("CARGO_BIN_EXE_storage_driver")`.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    #[track_caller]
    pub fn start(path: impl AsRef<OsStr>, arguments: &[&str]) -> Self {
        Self::spawn(Command::new(path).args(arguments))
    }

    /// Starts a program that needs more said: variables, a directory. Its input is empty, its output is taken.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    #[track_caller]
    pub fn spawn(command: &mut Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("`{name}` cannot be started: {error}"));
        let stdout = Transcript::of(child.stdout.take().expect("stdout is piped"));
        let stderr = Transcript::of(child.stderr.take().expect("stderr is piped"));
        Self { name, child: OwnedChild::new(child), stdout, stderr }
    }

    /// The process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The lines that it has written to its standard output so far.
    #[must_use]
    pub fn stdout(&self) -> Vec<String> {
        self.stdout.state().lines.clone()
    }

    /// The lines that it has written to its standard error so far.
    #[must_use]
    pub fn stderr(&self) -> Vec<String> {
        self.stderr.state().lines.clone()
    }

    /// Waits for a line of standard output that starts with `prefix`, and returns what follows the prefix in the first such line.
    ///
    /// # Panics
    /// When there is none within `timeout`, or none any more because the program has closed its output; with all of the output.
    #[must_use]
    #[track_caller]
    pub fn wait_for_line(&self, prefix: &str, timeout: Duration) -> String {
        match self.stdout.wait_for(prefix, timeout) {
            Ok(rest) => rest,
            Err(reason) => panic!("no line `{prefix}..`: {reason}; {}", self.transcript()),
        }
    }

    /// Asks it to end, with TERM; on systems without signals, ends it.
    pub fn terminate(&mut self) {
        self.child.terminate();
    }

    /// Asks it to end, with INT, as Ctrl-C does.
    #[cfg(unix)]
    pub fn interrupt(&mut self) {
        self.child.interrupt();
    }

    /// Waits until it has ended, and all its output is here.
    ///
    /// # Panics
    /// When it has not ended within `timeout`, with all of its output.
    #[track_caller]
    pub fn wait(&mut self, timeout: Duration) -> ExitStatus {
        let Some(status) = self.child.wait(timeout) else {
            panic!("still running after {timeout:?}; {}", self.transcript());
        };
        // What it wrote last may still be in a pipe; a grandchild may hold that pipe open, so not for ever.
        for transcript in [&self.stdout, &self.stderr] {
            transcript.wait_closed(Duration::from_secs(5));
        }
        status
    }

    /// Both outputs, for a message.
    fn transcript(&self) -> String {
        format!(
            "`{}` wrote\n--- stdout ---\n{}\n--- stderr ---\n{}",
            self.name,
            self.stdout().join("\n"),
            self.stderr().join("\n")
        )
    }
}

/// The lines of one output, read by a thread of its own.
#[derive(Debug, Default)]
struct Transcript {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<String>,
    /// Nothing more will come.
    closed: bool,
}

impl Transcript {
    fn of(output: impl Read + Send + 'static) -> Arc<Self> {
        let transcript = Arc::new(Self::default());
        let writer = Arc::clone(&transcript);
        thread::spawn(move || {
            for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                writer.state().lines.push(String::from_utf8_lossy(&line).trim_end().to_owned());
                writer.changed.notify_all();
            }
            writer.state().closed = true;
            writer.changed.notify_all();
        });
        transcript
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_for(&self, prefix: &str, timeout: Duration) -> Result<String, String> {
        let deadline = Instant::now() + timeout;
        let mut state = self.state();
        loop {
            if let Some(rest) = state.lines.iter().find_map(|line| line.strip_prefix(prefix)) {
                return Ok(rest.to_owned());
            }
            if state.closed {
                return Err("the output has ended".to_owned());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(format!("not within {timeout:?}"));
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn wait_closed(&self, timeout: Duration) {
        drop(
            self.changed
                .wait_timeout_while(self.state(), timeout, |state| !state.closed)
                .unwrap_or_else(PoisonError::into_inner),
        );
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::{path::Path, time::Duration};

    use super::Program;

    const LONG: Duration = Duration::from_secs(20);

    fn sh(script: &str) -> Program {
        Program::start("sh", &["-c", script])
    }

    fn is_running(id: u32) -> bool {
        Path::new(&format!("/proc/{id}")).exists()
    }

    #[test]
    fn finds_a_line_that_comes_later() {
        let program = sh("echo one; sleep 0.2; echo metrics: here; exec sleep 60");
        assert_eq!(program.wait_for_line("metrics: ", LONG), "here");
        assert_eq!(program.stdout(), ["one", "metrics: here"]);
    }

    #[test]
    fn wait_returns_the_status_and_all_output() {
        let mut program = sh("echo out; echo err >&2; exit 3");
        assert_eq!(program.wait(LONG).code(), Some(3));
        assert_eq!((program.stdout(), program.stderr()), (vec!["out".to_owned()], vec!["err".to_owned()]));
    }

    #[test]
    #[should_panic(
        expected = "no line `metrics: ..`: the output has ended; `sh` wrote\n--- stdout ---\nhello\n--- stderr ---"
    )]
    fn an_early_end_is_reported_at_once_with_the_output() {
        _ = sh("echo hello; echo broken >&2").wait_for_line("metrics: ", LONG);
    }

    #[test]
    #[should_panic(expected = "not within 50ms")]
    fn a_missing_line_is_reported() {
        _ = sh("exec sleep 60").wait_for_line("metrics: ", Duration::from_millis(50));
    }

    #[test]
    fn a_dropped_program_is_stopped() {
        let program = sh("echo up; exec sleep 60");
        let id = program.id();
        _ = program.wait_for_line("up", LONG);
        assert!(is_running(id));
        drop(program);
        assert!(!is_running(id));
    }

    #[test]
    fn terminate_allows_cleanup() {
        let mut program = sh("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done");
        _ = program.wait_for_line("up", LONG);
        program.terminate();
        assert!(program.wait(LONG).success());
        assert_eq!(program.stdout(), ["up", "bye"]);
    }
}
