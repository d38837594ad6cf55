//! A file and its extracted content. Locations are byte ranges in the file's text.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::finding::{Finding, Rule};
use crate::error::Error;
use crate::report::finding::Rules;

/// A range of bytes in a document's text.
pub(in crate::lint) type Span = Range<usize>;

/// A file to lint.
#[derive(Debug)]
pub(in crate::lint) struct Document {
    pub(in crate::lint) path: PathBuf,
    pub(in crate::lint) text: String,
}

/// An expression and its purpose.
#[derive(Clone, Debug)]
pub(in crate::lint) struct Expression {
    pub(in crate::lint) promql: String,
    /// Its location; findings point at words in it.
    pub(in crate::lint) span: Span,
    pub(in crate::lint) purpose: Purpose,
}

/// The purpose of an expression.
#[derive(Clone, Debug)]
pub(in crate::lint) enum Purpose {
    /// A recording rule: its name, and the labels that it adds.
    Record { name: String, labels: Vec<String> },
    /// An alert: the templates of its annotations and labels, and their places.
    Alert { templates: Vec<(String, Span)> },
    /// A query of Grafana: of a panel, a variable or an alert.
    Panel,
    /// An example in a document.
    Example,
}

/// The content of a document.
#[derive(Debug, Default)]
pub(in crate::lint) struct Extracted {
    pub(in crate::lint) expressions: Vec<Expression>,
    pub(in crate::lint) findings: Vec<Finding>,
    pub(in crate::lint) mentions: Vec<Mention>,
    /// Regular expressions for metric names that a dashboard's variables may have as values.
    pub(in crate::lint) variable_values: Vec<(String, Span)>,
    /// Why the file is neither valid YAML nor JSON.
    pub(in crate::lint) unreadable: Option<String>,
}

/// A name in a sentence that may be the name of a metric.
#[derive(Debug)]
pub(in crate::lint) struct Mention {
    pub(in crate::lint) name: String,
    pub(in crate::lint) span: Span,
}

impl Document {
    pub(in crate::lint) fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), text })
    }

    /// Returns a finding at a word within a range, or where the range begins.
    pub(in crate::lint) fn finding(&self, span: &Span, word: &str, rule: Rule, message: String) -> Finding {
        let offset = self.locate(span, word).unwrap_or(span.start.min(self.text.len()));
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before[line_start..].chars().count() + 1;
        Finding { file: self.path.clone(), line, column, level: rule.level(), rule, message }
    }

    fn locate(&self, span: &Span, word: &str) -> Option<usize> {
        if word.is_empty() {
            return None;
        }
        let within = self.text.get(span.clone())?;
        within.match_indices(word).map(|(at, _)| span.start + at).find(|start| stands_alone(&self.text, *start, word))
    }

    /// Returns a copy whose text outside a range is blank, so that locations in the copy are valid in this document.
    pub(in crate::lint) fn only(&self, span: &Span) -> Self {
        let blank = |text: &str| -> String {
            text.bytes().map(|byte| if [b'\n', b'\r'].contains(&byte) { char::from(byte) } else { ' ' }).collect()
        };
        let text = blank(&self.text[..span.start]) + &self.text[span.clone()] + &blank(&self.text[span.end..]);
        Self { path: self.path.clone(), text }
    }
}

/// Returns whether a name that begins at `start` is not part of a longer one. A colon belongs to a name only between two of its parts.
fn stands_alone(text: &str, start: usize, word: &str) -> bool {
    let belongs = |c: char| c.is_alphanumeric() || c == '_';
    let (before, after) = (&text[..start], &text[start + word.len()..]);
    let goes_on = after.strip_prefix(':').unwrap_or(after).starts_with(belongs);
    let came_before = before.strip_suffix(':').unwrap_or(before).ends_with(belongs);
    let is_name = word.chars().all(|c| belongs(c) || c == ':');
    !is_name || !(goes_on || came_before)
}

impl Expression {
    /// Returns the name that a recording rule gives, and the labels that it adds.
    pub(in crate::lint) fn records(&self) -> Option<(&str, &[String])> {
        match &self.purpose {
            Purpose::Record { name, labels } => Some((name, labels)),
            _ => None,
        }
    }
}

impl Extracted {
    pub(in crate::lint) fn report(&mut self, document: &Document, span: &Span, word: &str, rule: Rule, message: &str) {
        self.findings.push(document.finding(span, word, rule, message.to_owned()));
    }

    /// Adds an expression, unless it is blank.
    pub(in crate::lint) fn push(&mut self, promql: &str, span: Span, purpose: Purpose) {
        if !promql.trim().is_empty() {
            self.expressions.push(Expression { promql: promql.to_owned(), span, purpose });
        }
    }
}
