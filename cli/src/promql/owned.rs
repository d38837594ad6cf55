//! A query and its origin.

/// A query of a generated file.
#[derive(Clone, Debug)]
pub(crate) struct OwnedQuery {
    /// A description of the origin: an alert, a panel.
    pub(crate) owner: String,
    pub(crate) promql: String,
    /// The name under which it is recorded.
    pub(crate) records: Option<String>,
}
