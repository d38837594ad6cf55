//! The findings of one expression.

use super::known::Known;
use super::shape::Labels;
use crate::lint::document::{Document, Expression, Span};
use crate::lint::finding::{Finding, Rule};
use crate::suggest::{did_you_mean, nearest};

/// Collects the findings of one expression.
#[derive(Debug)]
pub(super) struct Checker<'a> {
    pub(super) known: &'a Known<'a>,
    found: Vec<RuleMatch>,
}

/// A rule, the word to point at, the message, and the location of the word if it is not in the expression.
type RuleMatch = (Rule, String, String, Option<Span>);

impl<'a> Checker<'a> {
    pub(super) const fn new(known: &'a Known<'a>) -> Self {
        Self { known, found: Vec::new() }
    }

    pub(super) fn report(&mut self, rule: Rule, word: &str, message: String) {
        self.report_in(rule, word, message, None);
    }

    pub(super) fn report_in(&mut self, rule: Rule, word: &str, message: String, span: Option<Span>) {
        let found = (rule, word.to_owned(), message, span);
        // Equal parts of a long expression have equal findings.
        if self.found.last() != Some(&found) {
            self.found.push(found);
        }
    }

    pub(super) fn unknown_label(&mut self, of: &str, label: &str, labels: &Labels) {
        let names = labels.names();
        let hint = did_you_mean(nearest(label, names.iter().map(|name| (*name).to_owned())));
        let has = if names.is_empty() { "none of its own".to_owned() } else { format!("`{}`", names.join("`, `")) };
        self.report(Rule::UnknownLabel, label, format!("{of} has no label `{label}`, it has {has}{hint}"));
    }

    pub(super) fn into_findings(mut self, document: &Document, expression: &Expression) -> Vec<Finding> {
        self.found.sort_by(|a, b| (a.0, &a.1, &a.2).cmp(&(b.0, &b.1, &b.2)));
        self.found.dedup();
        let finding = |(rule, word, message, span): RuleMatch| {
            document.finding(&span.unwrap_or_else(|| expression.span.clone()), &word, rule, message)
        };
        self.found.into_iter().map(finding).collect()
    }
}
