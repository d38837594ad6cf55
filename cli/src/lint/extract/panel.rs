//! Panels: their queries, legends, units and data sources.

use super::grafana::{Sources, push_query};
use super::node::Node;
use crate::lint::document::{Document, Extracted};
use crate::lint::finding::Rule;

/// Panels that show no numbers of a query.
const WITHOUT_DATA: &[&str] = &["row", "text", "news", "dashlist", "alertlist", "logs", "traces"];

/// Panels that show one value, or whose series have no names.
const WITHOUT_LEGEND: &[&str] =
    &["table", "table-old", "heatmap", "stat", "singlestat", "gauge", "histogram", "geomap"];

/// Extracts the queries of a panel, and reports a missing legend, unit or data source.
pub(super) fn extract(document: &Document, panel: &Node, sources: &Sources<'_>, extracted: &mut Extracted) {
    // An unfinished panel has empty queries.
    let is_blank = |target: &Node| target.text("expr").is_none_or(|promql| promql.trim().is_empty());
    let is_promql = |target: &&Node| !is_blank(target) && !sources.is_foreign(target, Some(panel));
    let queries: Vec<&Node> = match panel.text("type") {
        Some("logs" | "traces") => Vec::new(),
        _ => panel.items_of("targets").iter().filter(is_promql).collect(),
    };
    for target in &queries {
        push_query(target.get("expr"), extracted);
    }
    let kind = panel.text("type").unwrap_or_default();
    if queries.is_empty() || WITHOUT_DATA.contains(&kind) {
        return;
    }
    let title = panel.filled("title").unwrap_or("untitled");
    if !WITHOUT_LEGEND.contains(&kind) && !has_legend(panel, &queries) {
        let message =
            format!("the panel `{title}` names its series by all their labels; give each query a `legendFormat`");
        extracted.report(document, &panel.span, title, Rule::PanelLegend, &message);
    }
    if !has_unit(panel) {
        let message = format!("the panel `{title}` has no unit; set `fieldConfig.defaults.unit`, for example to `s`");
        extracted.report(document, &panel.span, title, Rule::PanelUnit, &message);
    }
    if !has_source(panel) && !queries.iter().all(|target| has_source(target)) {
        let message =
            format!("the panel `{title}` has no data source; set `datasource.uid`, for example to `${{datasource}}`");
        extracted.report(document, &panel.span, title, Rule::PanelDatasource, &message);
    }
}

/// Names come from the queries, from the fields' settings, or from transformations.
fn has_legend(panel: &Node, queries: &[&Node]) -> bool {
    let is_hidden = |target: &Node| target.get("hide").is_some() && target.filled("legendFormat").is_none();
    queries.iter().all(|target| target.filled("legendFormat").is_some() || is_hidden(target))
        || panel.at(&["fieldConfig", "defaults"]).is_some_and(|defaults| defaults.filled("displayName").is_some())
        || has_override(panel, &["displayName"])
        || !panel.items_of("transformations").is_empty()
}

/// Units are in `fieldConfig`; before Grafana 7 they were in `yaxes`, `format` and `styles`.
fn has_unit(panel: &Node) -> bool {
    let defaults = panel.at(&["fieldConfig", "defaults"]);
    let axes = panel.items_of("yaxes").iter();
    let axes = axes.chain(panel.get("yAxis")).chain(panel.at(&["options", "yAxis"]));
    defaults.is_some_and(|defaults| defaults.filled("unit").is_some())
        || has_override(panel, &["unit"])
        || axes.clone().any(|axis| axis.filled("format").or_else(|| axis.filled("unit")).is_some())
        || panel.filled("format").is_some()
        || panel.items_of("styles").iter().any(|style| style.filled("unit").is_some())
}

fn has_override(panel: &Node, ids: &[&str]) -> bool {
    let overrides = panel.at(&["fieldConfig", "overrides"]).map_or(&[][..], Node::items).iter();
    let mut properties = overrides.flat_map(|one| one.items_of("properties"));
    properties.any(|property| property.text("id").is_some_and(|id| ids.contains(&id)))
}

fn has_source(node: &Node) -> bool {
    node.get("datasource").is_some_and(|source| source.as_str().is_some() || source.get("uid").is_some())
}
