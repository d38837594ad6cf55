//! A package of the workspace as the source of a catalogue: builds it and reads its binaries.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::error::Error;

/// Builds the binaries of a package with cargo, whose messages go to standard error.
pub(crate) fn binaries(package: &str, release: bool) -> Result<Vec<PathBuf>, Error> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--bins", "--message-format=json-render-diagnostics", "--package", package]);
    if release {
        command.arg("--release");
    }
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| Error::Cargo(error.to_string()))?;
    if !output.status.success() {
        return Err(Error::Cargo(format!("`cargo build --package {package}` ended with {}", output.status)));
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let executables: Vec<PathBuf> = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["reason"] == "compiler-artifact")
        .filter_map(|message| message["executable"].as_str().map(PathBuf::from))
        .collect();
    if executables.is_empty() {
        return Err(Error::Cargo(format!("the package `{package}` has no binary; choose a package with one")));
    }
    Ok(executables)
}
