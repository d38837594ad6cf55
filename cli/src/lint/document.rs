//! A file, what stands in it, and where.

use std::fs;
use std::path::{Path, PathBuf};

use saphyr::{LoadableYamlNode, MarkedYaml};

use super::{Finding, Rule, dashboard, rules_file};
use crate::error::Error;

/// A file that is linted.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// An expression, with what it is for.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    pub(super) promql: String,
    /// The lines that it stands on, from 1; the last one included.
    pub(super) lines: (usize, usize),
    pub(super) purpose: Purpose,
}

/// What an expression is for.
#[derive(Clone, Debug)]
pub(super) enum Purpose {
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
pub(super) struct Extracted {
    pub(super) expressions: Vec<Expression>,
    pub(super) findings: Vec<Finding>,
    pub(super) mentions: Vec<Mention>,
}

/// A name in a sentence that may be that of a metric.
#[derive(Debug)]
pub(super) struct Mention {
    pub(super) name: String,
    /// From 1.
    pub(super) line: usize,
}

impl Document {
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), text })
    }

    /// A finding at a word within some lines, or where they begin.
    pub(super) fn finding(&self, lines: (usize, usize), word: &str, rule: Rule, message: String) -> Finding {
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
    pub(super) fn records(&self) -> Option<(&str, &[String])> {
        match &self.purpose {
            Purpose::Record { name, labels } => Some((name, labels)),
            _ => None,
        }
    }
}

impl Extracted {
    pub(super) fn report(&mut self, document: &Document, lines: (usize, usize), word: &str, rule: Rule, message: &str) {
        self.findings.push(document.finding(lines, word, rule, message.to_owned()));
    }
}

/// What a YAML or JSON file holds, whatever it is.
pub(super) fn extract_yaml(document: &Document) -> Extracted {
    let mut extracted = Extracted::default();
    match MarkedYaml::load_from_str(&document.text) {
        Ok(roots) => {
            for root in &roots {
                extract_root(document, root, &mut extracted);
            }
        }
        Err(error) => {
            let line = error.marker().line();
            extracted.report(document, (line, line), "", Rule::File, &format!("neither YAML nor JSON: {error}"));
        }
    }
    extracted
}

fn extract_root(document: &Document, root: &MarkedYaml<'_>, extracted: &mut Extracted) {
    let lines = lines(root);
    if rules_file::is_one(root) {
        rules_file::extract(document, root, lines.0, extracted);
    } else if let Some(dashboard) = dashboard::of(root) {
        dashboard::extract(document, dashboard, extracted);
    } else if rules_file::is_scrape_config(root) {
        rules_file::refuse_in_scrape_config(document, root, extracted);
    } else {
        let message = "neither rules (`groups`, or a PrometheusRule) nor a dashboard (`panels`) nor a configuration (`scrape_configs`)";
        extracted.report(document, lines, "", Rule::File, message);
    }
}

/// A mapping's value.
pub(super) fn get<'a, 'i>(node: &'a MarkedYaml<'i>, key: &str) -> Option<&'a MarkedYaml<'i>> {
    let mapping = node.data.as_mapping()?;
    mapping.iter().find(|(name, _)| name.data.as_str() == Some(key)).map(|(_, value)| value)
}

/// A sequence's items; none, if it is no sequence.
pub(super) fn items<'a, 'i>(node: Option<&'a MarkedYaml<'i>>) -> &'a [MarkedYaml<'i>] {
    node.and_then(|node| node.data.as_sequence()).map_or(&[], |items| items.as_slice())
}

/// A text under a key.
pub(super) fn text<'a>(node: &'a MarkedYaml<'_>, key: &str) -> Option<&'a str> {
    get(node, key).and_then(|value| value.data.as_str())
}

/// The first and the last line of a node, from 1.
pub(super) fn lines(node: &MarkedYaml<'_>) -> (usize, usize) {
    let (first, last) = (node.span.start.line().max(1), node.span.end.line());
    (first, last.max(first))
}
