//! Rule files of Prometheus, objects of its operators, Grafana's provisioned alerts, and configurations in which rules do not belong.

use super::grafana;
use super::node::{Data, Node};
use crate::lint::document::{Document, Extracted, Purpose, Span};
use crate::lint::finding::Rule;

const EMPTY: &str = "the rule has an empty `expr`; write a query, or remove the rule";

/// Returns whether a mapping has groups of rules.
pub(super) fn is_one(node: &Node) -> bool {
    let Some(groups) = node.get("groups") else { return false };
    let is_group = |group: &Node| group.get("rules").is_some_and(Node::is_sequence);
    groups.is_sequence() && (groups.items().is_empty() || groups.items().iter().any(is_group))
}

/// Returns whether a mapping is a rule, at any position.
pub(super) fn is_rule(node: &Node) -> bool {
    node.get("expr").is_some() && (node.text("alert").is_some() || node.text("record").is_some())
}

/// Returns whether it is the server's configuration.
pub(super) fn is_scrape_config(root: &Node) -> bool {
    root.get("scrape_configs").is_some()
}

/// Extracts the expressions of all groups.
pub(super) fn extract(document: &Document, node: &Node, extracted: &mut Extracted) {
    // VictoriaMetrics has groups in other query languages.
    let is_promql = |group: &&Node| group.text("type").is_none_or(|kind| kind == "prometheus");
    for rule in node.items_of("groups").iter().filter(is_promql).flat_map(|group| group.items_of("rules")) {
        if rule.get("data").is_some() || rule.get("grafana_alert").is_some() {
            extract_grafana(rule, extracted);
        } else {
            extract_rule(document, rule, extracted);
        }
    }
}

/// Prometheus reads the first document of a rule file and ignores the others.
pub(super) fn refuse_later_documents(document: &Document, roots: &[Node], extracted: &mut Extracted) {
    let is_plain = |root: &Node| is_one(root) && root.get("kind").is_none();
    if roots.first().is_some_and(is_plain) {
        for root in roots[1..].iter().filter(|root| is_one(root)) {
            let message = "Prometheus reads only the first YAML document of a rule file; move these groups into it or into another file";
            extracted.report(document, &root.span, "groups", Rule::File, message);
        }
    }
}

pub(super) fn extract_rule(document: &Document, rule: &Node, extracted: &mut Extracted) {
    let Some(node) = rule.get("expr") else {
        return extracted.report(document, &rule.span, "", Rule::File, "the rule has no `expr`");
    };
    if node.is_null() || node.as_str().is_some_and(|promql| promql.trim().is_empty()) {
        return extracted.report(document, &rule.span, "expr", Rule::Syntax, EMPTY);
    }
    // A number is a valid expression, and not a string.
    let Some(promql) = node.as_str() else { return };
    let purpose = match (rule.text("record"), rule.text("alert")) {
        (Some(name), None) => Purpose::Record { name: name.to_owned(), labels: keys(rule.get("labels")) },
        (None, Some(_)) => Purpose::Alert {
            templates: ["annotations", "labels"].iter().flat_map(|key| texts(rule.get(key))).collect(),
        },
        _ => {
            let message = "a rule needs either `record` or `alert`";
            return extracted.report(document, &rule.span, "", Rule::File, message);
        }
    };
    extracted.push(promql, node.span.clone(), purpose);
}

/// Queries of a Grafana alert; its expressions refer to them by letters and are not PromQL.
fn extract_grafana(rule: &Node, extracted: &mut Extracted) {
    let data = rule.get("data").or_else(|| rule.at(&["grafana_alert", "data"]));
    for query in data.map_or(&[][..], Node::items) {
        let is_expression = query.text("datasourceUid").is_some_and(|uid| uid == "__expr__" || uid == "-100");
        if let Some(model) = query.get("model").filter(|model| !is_expression && !grafana::is_foreign(model)) {
            grafana::push_query(model.get("expr"), extracted);
        }
    }
}

fn keys(node: Option<&Node>) -> Vec<String> {
    node.map_or(&[][..], Node::entries).iter().map(|(key, _)| key.clone()).collect()
}

fn texts(node: Option<&Node>) -> Vec<(String, Span)> {
    let entries = node.map_or(&[][..], Node::entries);
    entries.iter().filter_map(|(_, value)| Some((value.as_str()?.to_owned(), value.span.clone()))).collect()
}

/// Reports rules in the server's configuration: the server does not start with them.
pub(super) fn refuse_in_scrape_config(document: &Document, root: &Node, extracted: &mut Extracted) {
    let message = "rules are not allowed in Prometheus' configuration; move them to a rule file, and list the file under `rule_files`";
    let misplaced = ["groups", "rules", "recording_rules", "alerting_rules", "record", "alert"];
    for holder in [root].into_iter().chain(root.items_of("scrape_configs")) {
        for key in misplaced {
            let Some(node) = holder.get(key) else { continue };
            let span = holder.span.start..document.text.len();
            extracted.report(document, &span, key, Rule::MisplacedRules, message);
            if is_one(holder) && key == "groups" {
                extract(document, holder, extracted);
            }
            if let Data::Mapping(_) = node.data {
                extract(document, node, extracted);
            }
            for rule in node.items().iter().filter(|rule| rule.get("expr").is_some()) {
                extract_rule(document, rule, extracted);
            }
        }
    }
}
