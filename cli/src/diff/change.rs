//! Changes.

use serde::Serialize;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Change {
    /// The family, by its old name if it has one; for a change of an operation, its name.
    pub(crate) family: String,
    /// What changed.
    #[serde(rename = "change")]
    pub(crate) what: String,
    /// Why queries break; `None` if none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) breaks: Option<&'static str>,
}

/// The changes of one family.
#[derive(Debug)]
pub(super) struct Changes<'a> {
    pub(super) family: &'a str,
    pub(super) all: &'a mut Vec<Change>,
}

impl Changes<'_> {
    pub(super) fn push(&mut self, what: &str, breaks: Option<&'static str>) {
        // A HELP may have several lines.
        self.all.push(Change { family: self.family.to_owned(), what: what.replace('\n', " "), breaks });
    }
}
