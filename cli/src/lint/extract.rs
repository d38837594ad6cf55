//! Extracts expressions from files.

mod dashboard;
mod grafana;
mod json;
mod markdown;
mod node;
mod panel;
mod rules_file;
mod structured;
mod yaml;

use super::document::{Document, Extracted};

/// Returns the content of a file.
pub(super) fn extract(document: &Document) -> Extracted {
    if document.path.extension().is_some_and(|extension| extension == "md" || extension == "markdown") {
        markdown::extract(document)
    } else {
        structured::extract(document)
    }
}
