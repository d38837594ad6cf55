//! Errors of commands.

use std::io;
use std::path::PathBuf;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{} cannot be read: {}", path.display(), reading(source))]
    Read { path: PathBuf, source: io::Error },
    #[error("{} cannot be written: {}", path.display(), writing(source))]
    Write { path: PathBuf, source: io::Error },
    #[error("cannot read a catalogue from {}: {reason}", path.display())]
    Catalogue { path: PathBuf, reason: String },
    #[error("no catalogue; pass an executable, declarations or a catalogue with `--catalog`")]
    NoCatalogue,
    #[error("{} and {} cannot be merged; rename one of them, or pass the sources separately:\n  {}", first.display(), second.display(), conflicts.join("\n  "))]
    Conflict { first: PathBuf, second: PathBuf, conflicts: Vec<String> },
    #[error("the configuration {} is not valid: {reason}", path.display())]
    Config { path: PathBuf, reason: String },
    #[error("`{pattern}` is not a valid pattern: {reason}")]
    Pattern { pattern: String, reason: String },
    #[error("{target}: {reason}")]
    Exposition { target: String, reason: String },
    #[error("`{option}` has no effect on the file {target}; remove it, or pass the address of a target")]
    OnlyForAddress { option: &'static str, target: String },
    #[error("the views are not valid:{}{}", if mistakes.len() == 1 { " " } else { "\n" }, mistakes.join("\n"))]
    Views { mistakes: Vec<String> },
    #[error("the views in {} remove what these alerts and panels need; change the views, or disable the alerts in the configuration:\n  {lost}", views.display())]
    Needed { views: PathBuf, lost: String },
    #[error("{} is not a file of certificates: {reason}", path.display())]
    Ca { path: PathBuf, reason: String },
    #[error("{} is not a registry of semantic conventions: {reason}", path.display())]
    Registry { path: PathBuf, reason: String },
    #[error("{0}")]
    Objective(String),
    #[error("{0}")]
    Targets(String),
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
    #[error("the tool panicked; please report this bug with the message above")]
    Broken,
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
    #[error("{} contains no Rust source; pass the folder of a package or a workspace", path.display())]
    NoSource { path: PathBuf },
    #[error("cannot read the revision `{revision}`: {reason}")]
    Revision { revision: String, reason: String },
    #[error("unknown command `{name}`{hint}")]
    NoCommand { name: String, hint: String },
    #[error("only one side to compare; pass OLD and NEW, or one of them with `--rev REV` or `--package NAME`")]
    OneSide,
    #[error("cargo could not build the package: {0}")]
    Cargo(String),
}

/// Why a file cannot be read, with the fix.
fn reading(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist; check the path".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory; pass a file".to_owned(),
        io::ErrorKind::PermissionDenied => {
            "permission denied; make it readable for the user of this command".to_owned()
        }
        io::ErrorKind::InvalidData => "it is not valid UTF-8; pass a text file".to_owned(),
        _ => error.to_string(),
    }
}

/// Why a file cannot be written, with the fix.
fn writing(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "its folder does not exist; create it".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory; pass a file".to_owned(),
        io::ErrorKind::PermissionDenied => {
            "permission denied; make it writable for the user of this command".to_owned()
        }
        _ => error.to_string(),
    }
}
