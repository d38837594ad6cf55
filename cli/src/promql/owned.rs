//! A query and what it belongs to.

/// A query of a generated file.
#[derive(Clone, Debug)]
pub(crate) struct OwnedQuery {
    /// What it belongs to, in words: an alert, a panel.
    pub(crate) owner: String,
    pub(crate) promql: String,
    /// The name under which it is recorded.
    pub(crate) records: Option<String>,
}
