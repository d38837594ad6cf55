//! What the doctor and the page show about views.

use std::path::PathBuf;

/// The views of an exporter.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "views"), allow(dead_code, reason = "there are none"))]
pub(in crate::exporter) struct Status {
    pub(in crate::exporter) file: PathBuf,
    /// Each view in words.
    pub(in crate::exporter) views: Vec<String>,
    /// Why the file is not used as it is now.
    pub(in crate::exporter) failure: Option<String>,
}
