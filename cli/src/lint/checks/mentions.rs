//! Names of metrics in backticks in sentences: `` `rds_csi_orphans_cleaned_total` ``.
//!
//! Many words in backticks are not metrics. Only names that look like one of this program are checked: the prefix is that of several of its families, and the
//! ending is common for metrics.

use super::known::{Known, Named};
use crate::lint::document::{Document, Mention};
use crate::lint::finding::{Finding, Rule};
use crate::suggest::{did_you_mean, nearest};

/// Usual endings of metrics: units, and the suffixes of the exposition.
const ENDINGS: &[&str] =
    &["_total", "_seconds", "_bytes", "_ratio", "_info", "_bucket", "_sum", "_count", "_in_flight", "_in_flight_peak"];

/// Checks a name.
pub(super) fn check(document: &Document, mention: &Mention, known: &Known<'_>) -> Option<Finding> {
    let name = mention.name.as_str();
    let looks_like_ours = ENDINGS.iter().any(|ending| name.ends_with(ending)) && has_prefix_of_several(name, known);
    if !looks_like_ours || is_there(name, known) {
        return None;
    }
    let families = known.catalogue.families.iter().map(|family| family.name.clone());
    let message = format!("there is no metric `{name}`{}", did_you_mean(nearest(name, families)));
    Some(document.finding(&mention.span, name, Rule::UnknownName, message))
}

/// Returns whether at least two families have the same first word.
fn has_prefix_of_several(name: &str, known: &Known<'_>) -> bool {
    let first = |name: &str| name.split_once('_').map(|(first, _)| first.to_owned());
    let own = first(name);
    own.is_some() && known.catalogue.families.iter().filter(|family| first(&family.name) == own).count() > 1
}

/// Returns whether it is a series, an operation, a label, or the beginning of a name.
fn is_there(name: &str, known: &Known<'_>) -> bool {
    let catalogue = known.catalogue;
    !matches!(known.named(name), Named::Nothing)
        || catalogue.operations.iter().any(|operation| operation.name == name)
        || catalogue.families.iter().any(|family| family.name.starts_with(name) || family.label(name).is_some())
}
