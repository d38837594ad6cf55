//! YAML and JSON files: finds rules and dashboards wherever they are, also inside Kubernetes objects.

use super::node::{Data, Node};
use super::{dashboard, json, rules_file, yaml};
use crate::lint::document::{Document, Extracted};
use crate::lint::finding::Rule;

/// Strings in strings in strings: a `ConfigMap` in a `ConfigMap`.
const MAX_EMBEDDING: usize = 4;

/// Returns the content of a YAML or JSON file, and reports a file without rules and dashboards.
pub(super) fn extract(document: &Document) -> Extracted {
    let mut extracted = Extracted::default();
    match read(document) {
        Ok(roots) => {
            let recognised = roots.iter().filter(|root| extract_root(document, root, &mut extracted, 0)).count();
            if recognised == 0 {
                let span = roots.first().map_or(0..0, |root| root.span.start..root.span.start);
                let message = "unrecognised file: expected Prometheus rules (`groups`), a PrometheusRule or VMRule, a Grafana dashboard (`panels`) or library panel (`model`), a ConfigMap with one of these, or Prometheus' configuration (`scrape_configs`)";
                extracted.report(document, &span, "", Rule::File, message);
            } else {
                rules_file::refuse_later_documents(document, &roots, &mut extracted);
            }
        }
        Err((at, reason)) => {
            extracted.report(document, &(at..at), "", Rule::File, &reason);
            extracted.unreadable = Some(reason);
        }
    }
    extracted
}

/// Returns the content of a part of another document, if there is any.
pub(super) fn extract_part(document: &Document) -> Option<Extracted> {
    let mut extracted = Extracted::default();
    let roots = read(document).ok()?;
    let recognised = roots.iter().filter(|root| extract_root(document, root, &mut extracted, 0)).count();
    (recognised > 0).then_some(extracted)
}

fn read(document: &Document) -> Result<Vec<Node>, (usize, String)> {
    read_text(&document.text, document.path.extension().is_some_and(|extension| extension == "json"))
}

fn read_text(text: &str, is_json: bool) -> Result<Vec<Node>, (usize, String)> {
    // A byte order mark is replaced with blanks, so that locations stay valid.
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => &format!("   {rest}"),
        None => text,
    };
    if is_json || text.trim_start().starts_with(['{', '[']) {
        match json::read(text) {
            Ok(root) => return Ok(vec![root]),
            Err((at, reason)) if is_json => return Err((at, format!("the file is not valid JSON: {reason}"))),
            Err(_) => {}
        }
    }
    yaml::read(text).map_err(|(at, reason)| (at, format!("the file is not valid YAML: {reason}")))
}

/// Extracts the content of a document of a file, and returns whether there is any.
fn extract_root(document: &Document, root: &Node, extracted: &mut Extracted, depth: usize) -> bool {
    if rules_file::is_scrape_config(root) {
        rules_file::refuse_in_scrape_config(document, root, extracted);
        return true;
    }
    walk(document, root, extracted, depth)
}

fn walk(document: &Document, node: &Node, extracted: &mut Extracted, depth: usize) -> bool {
    if rules_file::is_one(node) {
        rules_file::extract(document, node, extracted);
        return true;
    }
    if dashboard::is_one(node) {
        dashboard::extract(document, node, extracted);
        return true;
    }
    if dashboard::is_library_element(node) {
        dashboard::extract_library_element(document, node, extracted);
        return true;
    }
    if rules_file::is_rule(node) {
        rules_file::extract_rule(document, node, extracted);
        return true;
    }
    match &node.data {
        Data::Sequence(items) => items.iter().filter(|item| walk(document, item, extracted, depth)).count() > 0,
        Data::Mapping(entries) => {
            entries.iter().filter(|(_, value)| walk(document, value, extracted, depth)).count() > 0
        }
        Data::String(text) if depth < MAX_EMBEDDING => embedded(document, node, text, extracted, depth + 1),
        Data::String(_) | Data::Null | Data::Other => false,
    }
}

/// A file in a string, as `ConfigMap` and `GrafanaDashboard` objects have them.
fn embedded(document: &Document, node: &Node, text: &str, extracted: &mut Extracted, depth: usize) -> bool {
    let may_be_one = ["groups", "panels", "rows", "alert", "record"].iter().any(|key| text.contains(key));
    if !may_be_one || !(text.contains('\n') || text.trim_start().starts_with('{')) {
        return false;
    }
    // A block scalar is in the text unchanged. A quoted string is not, so its findings are reported for the whole string.
    let block = document.only(&node.span);
    if let Ok(roots) = read_text(&block.text, false)
        && roots.iter().any(|root| !root.entries().is_empty() || root.is_sequence())
    {
        return roots.iter().filter(|root| walk(&block, root, extracted, depth)).count() > 0;
    }
    let inner = Document { path: document.path.clone(), text: text.to_owned() };
    let Ok(roots) = read_text(&inner.text, false) else { return false };
    let mut held = Extracted::default();
    let found = roots.iter().filter(|root| walk(&inner, root, &mut held, depth)).count() > 0;
    for mut expression in held.expressions {
        expression.span = node.span.clone();
        extracted.expressions.push(expression);
    }
    for finding in held.findings {
        extracted.report(document, &node.span, "", finding.rule, &finding.message);
    }
    found
}
