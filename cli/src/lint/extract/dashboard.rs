//! Grafana dashboards: the queries of panels, library panels, variables and annotations.

use super::grafana::{Sources, push_query};
use super::node::Node;
use super::panel;
use crate::lint::document::{Document, Extracted, Purpose};

/// Returns whether a mapping is a dashboard.
pub(super) fn is_one(node: &Node) -> bool {
    ["panels", "rows"].iter().any(|key| node.get(key).is_some_and(Node::is_sequence))
}

/// Returns whether a mapping is a library panel, as Grafana's API and provisioning tools write it.
pub(super) fn is_library_element(node: &Node) -> bool {
    node.at(&["model", "targets"]).is_some_and(Node::is_sequence)
}

/// Extracts the queries of a library panel.
pub(super) fn extract_library_element(document: &Document, element: &Node, extracted: &mut Extracted) {
    if let Some(model) = element.get("model") {
        panel::extract(document, model, &Sources::default(), extracted);
    }
}

/// Extracts its queries, and reports what its panels lack.
pub(super) fn extract(document: &Document, dashboard: &Node, extracted: &mut Extracted) {
    let sources = Sources::of(dashboard);
    for variable in dashboard.at(&["templating", "list"]).map_or(&[][..], Node::items) {
        match variable.text("type") {
            None | Some("query") if !sources.is_foreign(variable, None) => extract_variable(variable, extracted),
            Some("custom" | "constant") => extract_values(variable, extracted),
            _ => {}
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

/// The values of a variable that lists them: `a,b` or `name : a, other name : b`. A query may have such a value as the name of a metric.
fn extract_values(variable: &Node, extracted: &mut Extracted) {
    let Some(query) = variable.get("query") else { return };
    for value in query.as_str().unwrap_or_default().split(',') {
        let value = value.rsplit_once(" : ").map_or(value, |(_, value)| value).trim();
        if !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':') {
            extracted.variable_values.push((value.to_owned(), query.span.clone()));
        }
    }
}

/// `label_values(metric, label)`, `query_result(promql)` and `metrics(regex)`.
fn extract_variable(variable: &Node, extracted: &mut Extracted) {
    let Some(node) = variable.get("query") else { return };
    let query = node.as_str().or_else(|| node.text("query")).unwrap_or_default().trim();
    let inside = |function: &str| query.strip_prefix(function)?.trim().strip_prefix('(')?.strip_suffix(')');
    if let Some(names) = inside("metrics") {
        return extracted.variable_values.push((names.trim().to_owned(), node.span.clone()));
    }
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
