//! A file, what stands in it, and where.

use std::fs;
use std::path::{Path, PathBuf};

use super::finding::{Finding, Rule};
use crate::error::Error;
use crate::report::finding::Rules;

/// A file that is linted.
#[derive(Debug)]
pub(in crate::lint) struct Document {
    pub(in crate::lint) path: PathBuf,
    pub(in crate::lint) text: String,
}

/// An expression, with what it is for.
#[derive(Clone, Debug)]
pub(in crate::lint) struct Expression {
    pub(in crate::lint) promql: String,
    /// The lines that it stands on, from 1; the last one included.
    pub(in crate::lint) lines: (usize, usize),
    pub(in crate::lint) purpose: Purpose,
}

/// What an expression is for.
#[derive(Clone, Debug)]
pub(in crate::lint) enum Purpose {
    /// A recording rule: its name, and the labels that it adds.
    Record { name: String, labels: Vec<String> },
    /// An alert, with the texts that may name labels.
    Alert { templates: Vec<String> },
    /// A panel or a variable of a dashboard.
    Panel,
    /// An example in a document.
    Example,
}

/// What a document holds.
#[derive(Debug, Default)]
pub(in crate::lint) struct Extracted {
    pub(in crate::lint) expressions: Vec<Expression>,
    pub(in crate::lint) findings: Vec<Finding>,
    pub(in crate::lint) mentions: Vec<Mention>,
}

/// A name in a sentence that may be that of a metric.
#[derive(Debug)]
pub(in crate::lint) struct Mention {
    pub(in crate::lint) name: String,
    /// From 1.
    pub(in crate::lint) line: usize,
}

impl Document {
    pub(in crate::lint) fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), text })
    }

    /// A finding at a word within some lines, or where they begin.
    pub(in crate::lint) fn finding(&self, lines: (usize, usize), word: &str, rule: Rule, message: String) -> Finding {
        let (line, column) = self.locate(lines, word).unwrap_or((lines.0, 1));
        Finding { file: self.path.clone(), line, column, level: rule.level(), rule, message }
    }

    fn locate(&self, (first, last): (usize, usize), word: &str) -> Option<(usize, usize)> {
        if word.is_empty() {
            return None;
        }
        let lines = self.text.lines().enumerate().skip(first.saturating_sub(1)).take(last + 1 - first);
        for (at, line) in lines {
            if let Some((column, _)) = line.match_indices(word).find(|(start, _)| stands_alone(line, *start, word)) {
                return Some((at + 1, line[..column].chars().count() + 1));
            }
        }
        None
    }
}

/// Whether a name that begins here is not a part of a longer one. A colon belongs to a name only between two of its parts.
fn stands_alone(line: &str, start: usize, word: &str) -> bool {
    let belongs = |c: char| c.is_alphanumeric() || c == '_';
    let (before, after) = (&line[..start], &line[start + word.len()..]);
    let goes_on = after.strip_prefix(':').unwrap_or(after).starts_with(belongs);
    let came_before = before.strip_suffix(':').unwrap_or(before).ends_with(belongs);
    let is_name = word.chars().all(|c| belongs(c) || c == ':');
    !is_name || !(goes_on || came_before)
}

impl Expression {
    /// The name that a recording rule gives, and the labels that it adds.
    pub(in crate::lint) fn records(&self) -> Option<(&str, &[String])> {
        match &self.purpose {
            Purpose::Record { name, labels } => Some((name, labels)),
            _ => None,
        }
    }
}

impl Extracted {
    pub(in crate::lint) fn report(
        &mut self,
        document: &Document,
        lines: (usize, usize),
        word: &str,
        rule: Rule,
        message: &str,
    ) {
        self.findings.push(document.finding(lines, word, rule, message.to_owned()));
    }
}
