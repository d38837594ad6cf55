//! A package of the workspace as the source of a catalogue: builds it and reads its binaries.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::error::Error;

/// Builds the binaries of a package with cargo, whose messages go to standard error.
pub(crate) fn binaries(package: &str, release: bool) -> Result<Vec<PathBuf>, Error> {
    binaries_in(Path::new("."), None, package, release)
}

/// The same in a folder, with a target folder of its own.
pub(crate) fn binaries_in(
    folder: &Path,
    target: Option<&Path>,
    package: &str,
    release: bool,
) -> Result<Vec<PathBuf>, Error> {
    let mut command = cargo();
    command.current_dir(folder);
    if let Some(target) = target {
        command.env("CARGO_TARGET_DIR", target);
    }
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
        return Err(Error::Cargo(format!("the package `{package}` has no executable; choose a package with one")));
    }
    Ok(executables)
}

/// The target folder of the workspace that a folder belongs to.
pub(crate) fn target_folder(folder: &Path) -> Result<PathBuf, Error> {
    let failed = |reason: String| Error::Cargo(format!("`cargo metadata`: {reason}"));
    let output = cargo()
        .args(["metadata", "--no-deps", "--format-version=1"])
        .current_dir(folder)
        .output()
        .map_err(|error| failed(error.to_string()))?;
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .map_err(|_| failed(String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or_default().to_owned()))?;
    Ok(PathBuf::from(metadata["target_directory"].as_str().unwrap_or("target")))
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
