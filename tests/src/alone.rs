//! A process of one's own for one test, without a binary of its own to link.

use std::env;
use std::process::Command;

/// Says in the environment of a test's own process which test that is.
const VARIABLE: &str = "METRICS_INSTRUMENTED_TEST_ALONE";

/// Runs the body of a test in a process of its own: nothing is installed there, and what it installs concerns nobody else.
///
/// The process is the test's own binary with this one test. Its name is that of the closure's type, less crate and `{{closure}}`.
///
/// # Panics
/// When the test fails there, with its output, and when no test ran there.
#[track_caller]
pub fn alone<F: FnOnce()>(body: F) {
    let path = std::any::type_name::<F>();
    let name =
        path.split_once("::").and_then(|(_, rest)| rest.strip_suffix("::{{closure}}")).expect("a closure in a test");
    if env::var_os(VARIABLE).is_some_and(|chosen| chosen == name) {
        return body();
    }
    let output = Command::new(env::current_exe().expect("this binary"))
        .args([name, "--exact", "--include-ignored", "--nocapture"])
        .env(VARIABLE, name)
        .output()
        .expect("this binary can be started");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(
        output.status.success() && out.contains(" 1 passed;"),
        "`{name}` in its own process: {}\n{out}\n{err}",
        output.status
    );
}
