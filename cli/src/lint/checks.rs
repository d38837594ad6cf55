//! Checks of the extracted expressions.

mod aggregation;
mod alert;
mod buckets;
mod call;
mod checker;
mod disjoint;
pub(super) mod known;
mod matchers;
mod matching;
mod mentions;
mod quantile;
mod relabel;
mod selector;
mod shape;
mod template;
mod walk;

use super::document::{Document, Expression, Extracted};
use super::finding::Finding;
use checker::Checker;
use known::Known;

/// Adds the metric that a recording rule writes.
pub(super) fn add_record(rule: &Expression, known: &mut Known<'_>) {
    if let Some((name, labels)) = rule.records() {
        let mut shape = walk::shape(&mut Checker::new(known), rule);
        for label in labels {
            shape.labels.set(label, shape::Label::new(shape::Presence::Always));
        }
        known.add_record(name, shape);
    }
}

/// Returns the findings of a document, in the order of its lines.
pub(super) fn check(document: &Document, extracted: Extracted, known: &Known<'_>) -> Vec<Finding> {
    let mut found = extracted.findings;
    for expression in &extracted.expressions {
        let mut checker = Checker::new(known);
        walk::check(&mut checker, expression);
        found.extend(checker.into_findings(document, expression));
    }
    found.extend(extracted.mentions.iter().filter_map(|mention| mentions::check(document, mention, known)));
    found.sort_by_key(|finding| (finding.line, finding.column, finding.rule));
    found.dedup();
    found
}
