//! Rule files, plain or as a PrometheusRule, and configurations in which rules do not belong.

use saphyr::MarkedYaml;

use super::yaml::{get, items, lines, text};
use crate::lint::document::{Document, Expression, Extracted, Purpose};
use crate::lint::finding::Rule;

/// Whether it has groups of rules and nothing of a scrape configuration.
pub(super) fn is_one(root: &MarkedYaml<'_>) -> bool {
    groups(root).is_some() && !is_scrape_config(root)
}

/// Whether it is the server's configuration.
pub(super) fn is_scrape_config(root: &MarkedYaml<'_>) -> bool {
    get(root, "scrape_configs").is_some()
}

fn groups<'a, 'i>(root: &'a MarkedYaml<'i>) -> Option<&'a MarkedYaml<'i>> {
    let is_custom = text(root, "kind") == Some("PrometheusRule");
    let holder = if is_custom { get(root, "spec")? } else { root };
    get(holder, "groups")
}

/// The expressions of its rules. `first` is the line that the file begins on.
pub(super) fn extract(document: &Document, root: &MarkedYaml<'_>, first: usize, extracted: &mut Extracted) {
    for group in items(groups(root)) {
        for rule in items(get(group, "rules")) {
            extract_rule(document, rule, first, extracted);
        }
    }
}

fn extract_rule(document: &Document, rule: &MarkedYaml<'_>, first: usize, extracted: &mut Extracted) {
    let at = lines(rule);
    let Some(node) = get(rule, "expr") else {
        extracted.report(document, at, "", Rule::File, "a rule without `expr`");
        return;
    };
    // A number is a valid expression, and no text.
    let Some(promql) = node.data.as_str() else { return };
    let purpose = match (text(rule, "record"), text(rule, "alert")) {
        (Some(name), None) => Purpose::Record { name: name.to_owned(), labels: keys(get(rule, "labels")) },
        (None, Some(_)) => {
            let mut templates = texts(get(rule, "annotations"));
            templates.extend(texts(get(rule, "labels")));
            Purpose::Alert { templates }
        }
        _ => {
            extracted.report(document, at, "", Rule::File, "a rule is either a `record` or an `alert`");
            return;
        }
    };
    // Templates stand beside the expression, so the whole rule is where words are looked for.
    let (from, to) = lines(node);
    let lines = match &purpose {
        Purpose::Alert { templates } if !templates.is_empty() => (from.min(at.0).max(first), to.max(at.1)),
        _ => (from, to),
    };
    extracted.expressions.push(Expression { promql: promql.to_owned(), lines, purpose });
}

fn keys(node: Option<&MarkedYaml<'_>>) -> Vec<String> {
    let mapping = node.and_then(|node| node.data.as_mapping());
    mapping.into_iter().flatten().filter_map(|(key, _)| key.data.as_str().map(str::to_owned)).collect()
}

fn texts(node: Option<&MarkedYaml<'_>>) -> Vec<String> {
    let mapping = node.and_then(|node| node.data.as_mapping());
    mapping.into_iter().flatten().filter_map(|(_, value)| value.data.as_str().map(str::to_owned)).collect()
}

/// Rules in the server's configuration: it does not start with them.
pub(super) fn refuse_in_scrape_config(document: &Document, root: &MarkedYaml<'_>, extracted: &mut Extracted) {
    let message = "rules stand in a rule file, and the configuration names that under `rule_files`";
    let misplaced = ["groups", "rules", "recording_rules", "alerting_rules", "record", "alert"];
    let jobs = items(get(root, "scrape_configs"));
    for holder in [root].into_iter().chain(jobs) {
        for key in misplaced {
            if let Some(node) = get(holder, key) {
                let at = lines(holder).0.min(lines(node).0);
                let last = document.text.lines().count();
                extracted.report(document, (at, last), key, Rule::MisplacedRules, message);
                let holds_groups = if key == "groups" { holder } else { node };
                for group in items(get(holds_groups, "groups")) {
                    for rule in items(get(group, "rules")) {
                        extract_rule(document, rule, at, extracted);
                    }
                }
                for rule in items(Some(node)).iter().filter(|rule| get(rule, "expr").is_some()) {
                    extract_rule(document, rule, at, extracted);
                }
            }
        }
    }
}
