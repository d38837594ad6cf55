//! What can go wrong when an exporter is made.

#[cfg(any(feature = "tls", feature = "views"))]
use std::path::PathBuf;
use std::{fmt, io};

use crate::catalog::Conflicts;

/// Why an exporter could not be made or installed. After any of these errors, nothing is installed and nothing listens.
///
/// The message is complete and contains the system's own message; there is no `source`. `Debug` is the message, too, because that is what a `main` prints that
/// returns an error.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// This process already has an exporter, which goes on unchanged.
    #[error(
        "the exporter is already installed in this process; use the handle that `metrics_instrumented::handle()` returns"
    )]
    AlreadyInstalled,

    /// This process has another recorder, which goes on unchanged.
    #[error(
        "another `metrics` recorder is already installed in this process, which can have only one; remove that \
         installation or this one"
    )]
    ForeignRecorder,

    /// The listener could not be bound to the address.
    #[error("cannot listen on {}: {reason}{}", address.as_deref().unwrap_or("the given address"), listen_fix(reason))]
    Listen {
        /// The address, if it could be resolved.
        address: Option<String>,
        /// The system's error.
        reason: io::Error,
    },

    /// Two declarations of one family conflict.
    #[error("conflicting declarations of metrics: {0}")]
    Catalog(Conflicts),

    /// A global label is invalid.
    #[error("invalid global label `{name}`: {reason}")]
    GlobalLabel {
        /// The name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },

    /// The default bucket bounds are invalid.
    #[error("invalid default buckets: {reason}")]
    Buckets {
        /// What is wrong with them, with the bound.
        reason: String,
    },

    /// The system could not create a thread, or the event queue that a listener waits on.
    #[error("cannot start a thread of the exporter: {0}; check the process's limits of threads and open files")]
    Thread(io::Error),

    /// A collector with this name exists.
    #[error("a collector `{name}` already exists; choose another name")]
    CollectorName {
        /// The name.
        name: String,
    },

    /// A component with this name exists.
    #[error("a component `{name}` already exists; choose another name")]
    ComponentName {
        /// The name.
        name: String,
    },

    /// A setting is invalid. The error contains no secret.
    #[error("invalid setting: {setting} {reason}")]
    Setting {
        /// What is set, in words.
        setting: String,
        /// What is wrong with it.
        reason: String,
    },

    /// An environment variable is invalid. The error contains no secret.
    #[error("environment variable `{variable}`: {reason}")]
    Environment {
        /// Its name.
        variable: String,
        /// What is wrong with it.
        reason: String,
    },

    /// The certificate or the key cannot be used.
    #[cfg(feature = "tls")]
    #[error("cannot use `{}` for TLS: {reason}", file.display())]
    Tls {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// [`Handle::retire`](crate::Handle::retire) was called for something that cannot be removed.
    #[error("cannot remove {}`{family}`: {reason}", of_label(label))]
    Retire {
        /// The family.
        family: String,
        /// The label; empty, if none was given.
        label: String,
        /// What is wrong, and the fix.
        reason: String,
    },

    /// A file of views cannot be read.
    #[cfg(feature = "views")]
    #[error("cannot read the views in `{}`: {reason}", file.display())]
    ViewsUnreadable {
        /// The file.
        file: PathBuf,
        /// Why, and the fix.
        reason: String,
    },

    /// The content of a file of views is not valid.
    #[cfg(feature = "views")]
    #[error("cannot use the views in `{}`: line {line}: {reason}", file.display())]
    Views {
        /// The file.
        file: PathBuf,
        /// The line of the first mistake, from 1.
        line: usize,
        /// What is wrong there, with the most similar name.
        reason: String,
    },
}

/// The reason why a time is not valid.
pub(super) const MUST_NOT_BE_ZERO: &str = "must be greater than zero";

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What cannot be removed from a family.
fn of_label(label: &str) -> String {
    if label.is_empty() { "series of ".to_owned() } else { format!("values of the label `{label}` of ") }
}

/// The fix for the reasons that users meet; the system's own words do not contain one.
fn listen_fix(reason: &io::Error) -> &'static str {
    match reason.kind() {
        io::ErrorKind::AddrInUse => "; choose another address, or stop the program that listens there",
        io::ErrorKind::AddrNotAvailable => "; use an address of this machine, or `0.0.0.0` for all of them",
        io::ErrorKind::PermissionDenied => {
            "; use a port above 1023, or a socket in a folder that the process may write to"
        }
        _ => "",
    }
}

impl Error {
    pub(super) fn setting(setting: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Setting { setting: setting.into(), reason: reason.into() }
    }
}
