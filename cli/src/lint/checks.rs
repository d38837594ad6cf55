//! Checks of what the extraction found.

mod expression;
pub(super) mod known;
mod matching;
mod mentions;
mod selector;
mod shape;

use super::document::{Document, Expression, Extracted};
use super::finding::Finding;
use expression::Checker;
use known::Known;

/// Adds the metric that a recording rule writes.
pub(super) fn add_record(rule: &Expression, known: &mut Known<'_>) {
    if let Some((name, labels)) = rule.records() {
        let mut shape = Checker::new(known).shape(rule);
        shape.labels.own.extend(labels.iter().cloned());
        known.add_record(name, shape);
    }
}

/// Returns the findings of a document, in the order of its lines.
pub(super) fn check(document: &Document, extracted: Extracted, known: &Known<'_>) -> Vec<Finding> {
    let mut found = extracted.findings;
    for expression in &extracted.expressions {
        let mut checker = Checker::new(known);
        checker.check(expression);
        found.extend(checker.into_findings(document, expression));
    }
    found.extend(extracted.mentions.iter().filter_map(|mention| mentions::check(document, mention, known)));
    found.sort_by_key(|finding| (finding.line, finding.column, finding.rule));
    found.dedup();
    found
}
