//! Which metrics queries use.

use std::path::{Path, PathBuf};

use promql_parser::label::MatchOp;
use promql_parser::parser::{Expr, VectorSelector};
use promql_parser::util::{ExprVisitor, walk_expr};

use super::document::{Document, Purpose, Span};
use super::extract;
use super::promql::{PLACEHOLDER, Server, parse};
use crate::error::Error;

/// A name, or a regular expression for names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Selected {
    Name(String),
    /// Without anchors; it matches whole names.
    Pattern(String),
}

/// A query of a file, and the metrics that it uses.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
    pub(crate) selected: Vec<Selected>,
}

/// Returns the metrics that a query uses; nothing, if it is not PromQL.
pub(crate) fn of_query(query: &str, is_grafana: bool) -> Vec<Selected> {
    let mut found = Vec::new();
    each_selector(query, is_grafana, |selector| add_selected(selector, &mut found));
    found
}

/// Returns the series names and the labels that the selectors of a generated query match.
pub(crate) fn matched_labels(query: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    each_selector(query, true, |selector| {
        let labels = selector.matchers.matchers.iter().map(|matcher| matcher.name.clone());
        found.extend(selector.name.iter().flat_map(|name| labels.clone().map(|label| (name.clone(), label))));
    });
    found
}

fn each_selector(query: &str, is_grafana: bool, each: impl FnMut(&VectorSelector)) {
    // Each version refuses something that the other accepts.
    let parsed = parse(query, is_grafana, Server::V3).or_else(|_| parse(query, is_grafana, Server::V2));
    if let Ok(expr) = parsed {
        // The visitor never fails.
        let _ = walk_expr(&mut SelectorVisitor(each), &expr);
    }
}

/// The queries of a file.
#[derive(Debug)]
pub(crate) struct Uses {
    pub(crate) uses: Vec<Use>,
    /// Why the file is neither valid YAML nor JSON.
    pub(crate) unreadable: Option<String>,
}

/// Returns the queries of a file of rules, a dashboard or a page.
pub(crate) fn of_file(path: &Path) -> Result<Uses, Error> {
    let document = Document::read(path)?;
    let extracted = extract::extract(&document);
    let used = |span: &Span, selected| {
        let before = &document.text[..span.start.min(document.text.len())];
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        Use { file: path.to_owned(), line, selected }
    };
    let queries = extracted.expressions.iter().map(|expression| {
        let is_grafana = matches!(expression.purpose, Purpose::Panel | Purpose::Example);
        used(&expression.span, of_query(&expression.promql, is_grafana))
    });
    let values = extracted.variable_values.iter();
    let values = values.map(|(value, span)| used(span, vec![Selected::Pattern(value.clone())]));
    Ok(Uses { uses: queries.chain(values).collect(), unreadable: extracted.unreadable })
}

struct SelectorVisitor<F>(F);

impl<F: FnMut(&VectorSelector)> ExprVisitor for SelectorVisitor<F> {
    type Error = ();

    fn pre_visit(&mut self, expr: &Expr) -> Result<bool, ()> {
        match expr {
            Expr::VectorSelector(selector) => self.0(selector),
            // The visitor does not go into it.
            Expr::MatrixSelector(selector) => self.0(&selector.vs),
            _ => {}
        }
        Ok(true)
    }
}

fn add_selected(selector: &VectorSelector, found: &mut Vec<Selected>) {
    let named = selector.name.clone().map(Selected::Name);
    let matched = selector.matchers.matchers.iter().filter(|matcher| matcher.name == "__name__");
    let matched = matched.filter_map(|matcher| match &matcher.op {
        MatchOp::Equal => Some(Selected::Name(matcher.value.clone())),
        MatchOp::Re(_) => Some(Selected::Pattern(matcher.value.clone())),
        MatchOp::NotEqual | MatchOp::NotRe(_) => None,
    });
    for one in named.into_iter().chain(matched) {
        let one = match one {
            // A variable alone may be anything; as a part of a name, it is any part.
            Selected::Name(name) | Selected::Pattern(name) if name == PLACEHOLDER => continue,
            Selected::Name(name) | Selected::Pattern(name) if name.contains(PLACEHOLDER) => {
                Selected::Pattern(name.replace(PLACEHOLDER, ".*"))
            }
            one => one,
        };
        if !found.contains(&one) {
            found.push(one);
        }
    }
}
