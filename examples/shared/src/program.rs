//! What a program's `main` needs: a working directory, a greeting, an exit code.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use tempfile::TempDir;

/// A fresh directory, in `parent` or in the system's temporary directory; it is removed when the value is dropped.
///
/// # Errors
/// If it cannot be made.
pub fn work_dir(program: &str, parent: Option<&Path>) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    let prefix = format!("{program}-");
    builder.prefix(&prefix);
    match parent {
        Some(parent) => builder.tempdir_in(parent),
        None => builder.tempdir(),
    }
}

/// Prints where to look, and `examples` of requests: a method and what follows the API's address.
///
/// Scripts read the lines `metrics: URL` and `api: URL`.
pub fn greet(metrics: SocketAddr, api: SocketAddr, examples: &[(&str, &str)]) {
    println!("metrics: http://{metrics}/metrics");
    println!("api: http://{api}/");
    println!("try:");
    for (method, path) in examples {
        println!("  curl -X {method} 'http://{api}/{path}'");
    }
    println!("  curl http://{metrics}/metrics");
}

/// The exit code of a program, after its error, with all causes, went to stderr.
#[must_use]
pub fn exit_code(result: Result<(), Box<dyn Error>>) -> ExitCode {
    let Err(error) = result else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  caused by: {error}");
        cause = error.source();
    }
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_working_directory_goes_with_its_value() {
        let parent = work_dir("parent", None).unwrap();
        let child = work_dir("child", Some(parent.path())).unwrap();
        let path = child.path().to_owned();
        assert!(path.starts_with(parent.path()) && path.is_dir());
        drop(child);
        assert!(!path.exists());
    }
}
