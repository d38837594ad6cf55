//! Revisions of the repository as sources of catalogues: a file that is committed, or a package that is built in a temporary work tree.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::cargo;
use crate::error::Error;

/// Returns a file as it is at a revision.
pub(crate) fn show(revision: &str, path: &Path) -> Result<Vec<u8>, Error> {
    let (folder, rest) = existing(path)?;
    let hash = commit(revision, &folder)?;
    let object = format!("{hash}:./{rest}");
    git(&folder, ["show", object.as_str()]).map(|output| output.stdout).map_err(|reason| Error::Revision {
        revision: revision.to_owned(),
        reason: format!("{reason}; commit the catalogue, or build that revision with `--package NAME`"),
    })
}

/// The catalogue's binaries of a package at a revision: builds it in a temporary work tree, and calls a function before that is removed.
pub(crate) fn built<T>(
    revision: &str,
    package: &str,
    release: bool,
    read: impl FnOnce(&[PathBuf]) -> Result<T, Error>,
) -> Result<T, Error> {
    let here = std::env::current_dir().map_err(|source| Error::Read { path: PathBuf::from("."), source })?;
    let hash = commit(revision, &here)?;
    let failed = |reason| Error::Revision { revision: revision.to_owned(), reason };
    let prefix = git(&here, ["rev-parse", "--show-prefix"]).map_err(failed)?;
    let prefix = String::from_utf8_lossy(&prefix.stdout).trim().to_owned();
    let name = format!("cargo-metrics-instrumented-{}-{}", &hash[..hash.len().min(12)], std::process::id());
    let tree = WorkTree { repository: here.clone(), path: std::env::temp_dir().join(name) };
    let add = ["worktree", "add", "--quiet", "--detach"].map(OsStr::new);
    git(&here, add.into_iter().chain([tree.path.as_os_str(), OsStr::new(&hash)])).map_err(failed)?;
    // Dependencies are the same in most revisions: they are built once.
    let target = cargo::target_folder(&here)?.join("metrics-instrumented-revisions");
    read(&cargo::binaries_in(&tree.path.join(prefix), Some(&target), package, release)?)
}

/// A temporary work tree, which is removed at the end.
struct WorkTree {
    repository: PathBuf,
    path: PathBuf,
}

impl Drop for WorkTree {
    fn drop(&mut self) {
        let remove = ["worktree", "remove", "--force"].map(OsStr::new);
        let _ = git(&self.repository, remove.into_iter().chain([self.path.as_os_str()]));
    }
}

/// The nearest folder of a path that exists, which may be another at the revision, and the rest of the path.
fn existing(path: &Path) -> Result<(PathBuf, String), Error> {
    let absolute = std::path::absolute(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let folder = absolute.ancestors().skip(1).find(|folder| folder.is_dir()).unwrap_or_else(|| Path::new("."));
    let rest = absolute.strip_prefix(folder).unwrap_or(&absolute);
    let parts: Vec<_> = rest.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Ok((folder.to_owned(), parts.join("/")))
}

/// The hash of a revision's commit.
fn commit(revision: &str, folder: &Path) -> Result<String, Error> {
    let peeled = format!("{revision}^{{commit}}");
    let arguments = ["rev-parse", "--quiet", "--verify", "--end-of-options", peeled.as_str()];
    let failed = |reason: String| Error::Revision {
        revision: revision.to_owned(),
        reason: match reason.as_str() {
            "" => "it is not a revision of the repository; fetch it, in CI with `fetch-depth: 0`".to_owned(),
            _ => reason,
        },
    };
    let output = git(folder, arguments).map_err(failed)?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs git. An error is the first line of its message, without `fatal: `.
fn git<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> Result<Output, String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .env("LC_ALL", "C")
        .output()
        .map_err(|error| format!("cannot run git: {error}"))?;
    if output.status.success() {
        return Ok(output);
    }
    let message = String::from_utf8_lossy(&output.stderr);
    let line = message.lines().next().unwrap_or_default();
    Err(line.trim_start_matches("fatal: ").to_owned())
}
