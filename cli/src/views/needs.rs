//! Refuses alerts and panels whose metrics the views remove.

use super::applied::{exceeds, sets};
use super::file::Views;
use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::lint::uses::matched_labels;
use crate::lint::{Allowed, lint_queries};
use crate::promql::owned::OwnedQuery;

/// Fails if a query is valid for the declared metrics, but not for the exposed ones.
pub(crate) fn check(
    queries: &[OwnedQuery],
    declared: &Catalogue,
    exposed: &Catalogue,
    views: &Views,
) -> Result<(), Error> {
    if views.by_family.is_empty() {
        return Ok(());
    }
    let allowed = Allowed::default();
    let before = lint_queries(queries, declared, &allowed);
    let mut lost: Vec<String> = lint_queries(queries, exposed, &allowed)
        .into_iter()
        .filter(|finding| !before.contains(finding))
        .map(|finding| format!("{}: {}", finding.file.display(), finding.message))
        .collect();
    lost.extend(queries.iter().flat_map(|query| limited(query, declared, views)));
    lost.extend(own_metrics(queries, views));
    lost.dedup();
    if lost.is_empty() {
        return Ok(());
    }
    Err(Error::Needed { views: views.path.clone(), lost: lost.join("\n  ") })
}

/// Selectors by labels whose values become `other` because a family has more series than the views allow.
fn limited(query: &OwnedQuery, declared: &Catalogue, views: &Views) -> Vec<String> {
    let mut lost = Vec::new();
    for (series, label) in matched_labels(&query.promql) {
        let Some((family, _)) = declared.family_of_series(&series) else { continue };
        let Some(view) = views.by_family.get(&family.name).filter(|_| family.label(&label).is_some()) else { continue };
        let sets = sets(view, family);
        let Some(most) = view.max_series.filter(|most| exceeds(sets, *most as u64)) else { continue };
        let number = sets.map_or("an unknown number of".to_owned(), |sets| sets.to_string());
        lost.push(format!(
            "{}: `{}` has {number} series, more than its `max_series: {most}`, so `{label}` may be `other`; raise `max_series`",
            query.owner, family.name
        ));
    }
    lost.dedup();
    lost
}

/// The exporter's own metrics are in no catalogue.
fn own_metrics(queries: &[OwnedQuery], views: &Views) -> Vec<String> {
    let muted =
        views.by_family.iter().filter(|(name, view)| view.is_muted && name.starts_with("metrics_instrumented_"));
    let users = muted.flat_map(|(name, _)| {
        let users = queries.iter().filter(move |query| query.promql.contains(name.as_str()));
        users.map(move |query| format!("{}: `{name}` is muted", query.owner))
    });
    users.collect()
}
