//! What can go wrong when an exporter is made.

use std::io;
#[cfg(any(feature = "tls", feature = "views"))]
use std::path::PathBuf;

use crate::catalog::Conflicts;

/// Why an exporter could not be made or installed. Nothing is installed and nothing listens after one of these.
///
/// The text is complete, with what the system says; there is no further source to print.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// This process has our exporter; the first one goes on as it was.
    #[error("the exporter is already installed in this process; `metrics_instrumented::handle()` gives its handle")]
    AlreadyInstalled,

    /// This process has another recorder; it goes on as it was.
    #[error(
        "another `metrics` recorder is already installed in this process and records what is instrumented; install only one of \
         them"
    )]
    ForeignRecorder,

    /// The address cannot be listened on.
    #[error("cannot listen on {}: {reason}", address.as_deref().unwrap_or("the given address"))]
    Listen {
        /// The address, if it could be resolved.
        address: Option<String>,
        /// What the system says.
        reason: io::Error,
    },

    /// Two declarations of one family conflict.
    #[error("conflicting declarations of metrics: {0}")]
    Catalog(Conflicts),

    /// A global label is not valid.
    #[error("invalid global label `{name}`: {reason}")]
    GlobalLabel {
        /// The name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },

    /// The default bucket bounds are not valid.
    #[error("invalid default buckets: {reason}")]
    Buckets {
        /// What is wrong with them.
        reason: &'static str,
    },

    /// The system gives no thread, or no means to wait for sockets.
    #[error("cannot start the exporter's thread: {0}")]
    Thread(io::Error),

    /// There is a collector of this name.
    #[error("a collector `{name}` already exists; choose another name")]
    CollectorName {
        /// The name.
        name: String,
    },

    /// There is a component of this name.
    #[error("a component `{name}` already exists; choose another name")]
    ComponentName {
        /// The name.
        name: String,
    },

    /// A setting is not valid. The error contains no secret.
    #[error("invalid setting: {setting} {reason}")]
    Setting {
        /// Which one, in words.
        setting: String,
        /// What is wrong with it.
        reason: String,
    },

    /// A variable of the environment is not valid. The error contains no secret.
    #[error("environment variable `{variable}`: {reason}")]
    Environment {
        /// Its name.
        variable: String,
        /// What is wrong with it.
        reason: String,
    },

    /// Certificate or key cannot be used.
    #[cfg(feature = "tls")]
    #[error("cannot use `{}` for TLS: {reason}", file.display())]
    Tls {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// A file of views cannot be used.
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

    /// `metrics-exporter-prometheus` refuses its settings; all that it is known to refuse is checked before.
    #[error("cannot make the recorder: {0}")]
    Recorder(String),
}

impl Error {
    pub(super) fn setting(setting: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Setting { setting: setting.into(), reason: reason.into() }
    }

    pub(super) fn recorder(error: impl std::fmt::Display) -> Self {
        Self::Recorder(error.to_string())
    }
}
