//! The rules of `unused`.

use crate::report::finding::rules;

/// A finding of `unused`.
pub(crate) type Finding = crate::report::finding::Finding<Rule>;

rules! {
    UnusedFamily Warning "unused-family" "No rule, dashboard or query uses a declared family.",
    UnpublishedMetric Error "unpublished-metric" "A rule or a dashboard uses a metric that no target publishes.",
}
