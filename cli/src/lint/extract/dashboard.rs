//! Grafana dashboards: the queries of panels and variables, and what a panel must say to be read.

use saphyr::MarkedYaml;

use super::yaml::{get, items, lines, text};
use crate::lint::document::{Document, Expression, Extracted, Purpose};
use crate::lint::finding::Rule;

/// Panels that show no numbers, so they need neither query nor unit.
const WITHOUT_DATA: &[&str] = &["row", "text", "news", "dashlist", "alertlist"];

/// Panels whose series have no names.
const WITHOUT_LEGEND: &[&str] = &["table", "heatmap"];

/// The dashboard itself: the root, or `dashboard` in what the HTTP API gives.
pub(super) fn of<'a, 'i>(root: &'a MarkedYaml<'i>) -> Option<&'a MarkedYaml<'i>> {
    [Some(root), get(root, "dashboard")]
        .into_iter()
        .flatten()
        .find(|node| get(node, "panels").is_some() || get(node, "rows").is_some())
}

/// Its queries, and what its panels lack.
pub(super) fn extract(document: &Document, dashboard: &MarkedYaml<'_>, extracted: &mut Extracted) {
    for variable in items(get(dashboard, "templating").and_then(|node| get(node, "list"))) {
        extract_variable(variable, extracted);
    }
    for annotation in items(get(dashboard, "annotations").and_then(|node| get(node, "list"))) {
        push(get(annotation, "expr"), extracted);
    }
    for row in items(get(dashboard, "rows")) {
        extract_panels(document, row, extracted);
    }
    extract_panels(document, dashboard, extracted);
}

fn extract_panels(document: &Document, holder: &MarkedYaml<'_>, extracted: &mut Extracted) {
    for panel in items(get(holder, "panels")) {
        extract_panel(document, panel, extracted);
        extract_panels(document, panel, extracted);
    }
}

fn extract_panel(document: &Document, panel: &MarkedYaml<'_>, extracted: &mut Extracted) {
    let kind = text(panel, "type").unwrap_or_default();
    let targets = items(get(panel, "targets"));
    let queries: Vec<_> = targets.iter().filter(|target| get(target, "expr").is_some()).collect();
    for target in &queries {
        push(get(target, "expr"), extracted);
    }
    if queries.is_empty() || WITHOUT_DATA.contains(&kind) {
        return;
    }
    let (at, title) = (lines(panel), text(panel, "title").unwrap_or("untitled"));
    let needs_legend = !WITHOUT_LEGEND.contains(&kind);
    if needs_legend && queries.iter().any(|target| text(target, "legendFormat").is_none_or(str::is_empty)) {
        let message =
            format!("the panel `{title}` shows its series by all their labels; give each query a `legendFormat`");
        extracted.report(document, at, title, Rule::PanelLegend, &message);
    }
    let defaults = get(panel, "fieldConfig").and_then(|config| get(config, "defaults"));
    if defaults.and_then(|defaults| text(defaults, "unit")).is_none_or(str::is_empty) {
        let message = format!("the panel `{title}` has no unit; set `fieldConfig.defaults.unit`, for instance to `s`");
        extracted.report(document, at, title, Rule::PanelUnit, &message);
    }
    let has_datasource = |node: &MarkedYaml<'_>| {
        get(node, "datasource").is_some_and(|source| source.data.as_str().is_some() || get(source, "uid").is_some())
    };
    if !has_datasource(panel) && !queries.iter().all(|target| has_datasource(target)) {
        let message =
            format!("the panel `{title}` has no data source; set `datasource.uid`, for instance to `${{datasource}}`");
        extracted.report(document, at, title, Rule::PanelDatasource, &message);
    }
}

/// `label_values(metric, label)` and `query_result(promql)`.
fn extract_variable(variable: &MarkedYaml<'_>, extracted: &mut Extracted) {
    let Some(node) = get(variable, "query") else { return };
    let query = node.data.as_str().or_else(|| text(node, "query")).unwrap_or_default().trim();
    let inside = |function: &str| query.strip_prefix(function)?.trim().strip_prefix('(')?.strip_suffix(')');
    let promql = if let Some(inside) = inside("label_values") {
        // The last comma that is in no braces stands before the label.
        inside
            .rsplit_once(',')
            .filter(|(_, label)| !label.contains('}'))
            .map(|(selector, label)| format!("count by ({}) ({})", label.trim(), selector.trim()))
    } else {
        inside("query_result").map(str::to_owned)
    };
    if let Some(promql) = promql {
        extracted.expressions.push(Expression { promql, lines: lines(node), purpose: Purpose::Panel });
    }
}

fn push(node: Option<&MarkedYaml<'_>>, extracted: &mut Extracted) {
    let Some(node) = node else { return };
    if let Some(promql) = node.data.as_str().filter(|promql| !promql.trim().is_empty()) {
        let lines = lines(node);
        extracted.expressions.push(Expression { promql: promql.to_owned(), lines, purpose: Purpose::Panel });
    }
}
