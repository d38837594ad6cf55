//! The exporter that is installed in this process.

use std::sync::{Mutex, OnceLock};

use super::handle::Handle;

/// The handle of the installed exporter.
pub(super) static INSTALLED: OnceLock<Handle> = OnceLock::new();

/// Serialises installations. It contains the error of the last one, if that failed.
pub(super) static INSTALLING: Mutex<Option<String>> = Mutex::new(None);

/// Returns the handle of the exporter that is installed in this process, or `None`.
#[must_use]
pub fn handle() -> Option<Handle> {
    INSTALLED.get().cloned()
}
