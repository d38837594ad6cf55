//! Metrics that a text names in its sentences: `` `rds_csi_orphans_cleaned_total` `` between backticks.
//!
//! Much that stands there is no metric, so that only what looks like one of this program's is judged: it begins as several of its families do, and
//! ends as metrics end.

use super::known::{Known, Named};
use crate::lint::document::{Document, Mention};
use crate::lint::finding::{Finding, Rule};
use crate::suggest::{did_you_mean, nearest};

/// What names of metrics end in: units, and what the exposition puts behind them.
const ENDINGS: &[&str] =
    &["_total", "_seconds", "_bytes", "_ratio", "_info", "_bucket", "_sum", "_count", "_in_flight"];

/// What is wrong with a name.
pub(in crate::lint) fn check(document: &Document, mention: &Mention, known: &Known<'_>) -> Option<Finding> {
    let name = mention.name.as_str();
    let looks_like_ours = ENDINGS.iter().any(|ending| name.ends_with(ending)) && has_prefix_of_several(name, known);
    if !looks_like_ours || is_there(name, known) {
        return None;
    }
    let families = known.catalogue.families.iter().map(|family| family.name.clone());
    let message = format!("no metric is called `{name}`{}", did_you_mean(nearest(name, families)));
    Some(document.finding((mention.line, mention.line), name, Rule::UnknownName, message))
}

/// Whether at least two families have the same first word.
fn has_prefix_of_several(name: &str, known: &Known<'_>) -> bool {
    let first = |name: &str| name.split_once('_').map(|(first, _)| first.to_owned());
    let own = first(name);
    own.is_some() && known.catalogue.families.iter().filter(|family| first(&family.name) == own).count() > 1
}

/// Whether it is a series, an operation, or a part of a name that others share.
fn is_there(name: &str, known: &Known<'_>) -> bool {
    let catalogue = known.catalogue;
    !matches!(known.named(name), Named::Nothing)
        || catalogue.operations.iter().any(|operation| operation.name == name)
        || catalogue.families.iter().any(|family| family.name.starts_with(name) || family.label(name).is_some())
}
