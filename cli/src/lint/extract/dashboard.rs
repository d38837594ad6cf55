//! Grafana dashboards: the queries of panels, library panels, variables and annotations.

use super::grafana::{Sources, push_query};
use super::node::Node;
use super::panel;
use crate::lint::document::{Document, Extracted, Purpose};

/// Returns whether a mapping is a dashboard.
pub(super) fn is_one(node: &Node) -> bool {
    ["panels", "rows"].iter().any(|key| node.get(key).is_some_and(Node::is_sequence))
}

/// Extracts its queries, and reports what its panels lack.
pub(super) fn extract(document: &Document, dashboard: &Node, extracted: &mut Extracted) {
    let sources = Sources::of(dashboard);
    for variable in dashboard.at(&["templating", "list"]).map_or(&[][..], Node::items) {
        if variable.text("type").is_none_or(|kind| kind == "query") && !sources.is_foreign(variable, None) {
            extract_variable(variable, extracted);
        }
    }
    for annotation in dashboard.at(&["annotations", "list"]).map_or(&[][..], Node::items) {
        if !sources.is_foreign(annotation, None) {
            push_query(annotation.get("expr").or_else(|| annotation.at(&["target", "expr"])), extracted);
        }
    }
    for row in dashboard.items_of("rows") {
        extract_panels(document, row, &sources, extracted);
    }
    extract_panels(document, dashboard, &sources, extracted);
    extract_library(document, dashboard, &sources, extracted);
}

fn extract_panels(document: &Document, holder: &Node, sources: &Sources<'_>, extracted: &mut Extracted) {
    for panel in holder.items_of("panels") {
        panel::extract(document, panel, sources, extracted);
        extract_panels(document, panel, sources, extracted);
    }
}

/// An export for other instances of Grafana carries its library panels.
fn extract_library(document: &Document, dashboard: &Node, sources: &Sources<'_>, extracted: &mut Extracted) {
    let Some(elements) = dashboard.get("__elements") else { return };
    let models = elements.entries().iter().map(|(_, element)| element).chain(elements.items());
    for model in models.filter_map(|element| element.get("model")) {
        panel::extract(document, model, sources, extracted);
    }
}

/// `label_values(metric, label)` and `query_result(promql)`.
fn extract_variable(variable: &Node, extracted: &mut Extracted) {
    let Some(node) = variable.get("query") else { return };
    let query = node.as_str().or_else(|| node.text("query")).unwrap_or_default().trim();
    let inside = |function: &str| query.strip_prefix(function)?.trim().strip_prefix('(')?.strip_suffix(')');
    let promql = if let Some(inside) = inside("label_values") {
        // The last comma outside braces separates the selector from the label.
        inside
            .rsplit_once(',')
            .filter(|(selector, label)| !label.contains('}') && !selector.trim().is_empty())
            .map(|(selector, label)| format!("count by ({}) ({})", label.trim(), selector.trim()))
    } else {
        inside("query_result").map(str::to_owned)
    };
    if let Some(promql) = promql {
        extracted.push(&promql, node.span.clone(), Purpose::Panel);
    }
}
