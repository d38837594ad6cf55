//! The linter: checks rule files, dashboards and Markdown against a catalogue.

mod checks;
mod document;
mod extract;
mod finding;
mod promql;
pub(crate) mod uses;

use std::path::PathBuf;

use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::promql::owned::OwnedQuery;
pub(crate) use checks::known::Allowed;
use checks::known::Known;
use document::{Document, Expression, Extracted, Purpose};
use finding::Finding;
pub(crate) use promql::Server;

/// Returns the findings of these files, in the files' order.
pub(crate) fn lint(files: &[PathBuf], catalogue: &Catalogue, allowed: &Allowed) -> Result<Vec<Finding>, Error> {
    let documents: Vec<Document> = files.iter().map(|path| Document::read(path)).collect::<Result<_, _>>()?;
    let extracted: Vec<Extracted> = documents.iter().map(extract::extract).collect();
    Ok(check_all(&documents, extracted, catalogue, allowed))
}

/// Returns the findings of generated queries; the path of each is the origin of the query.
pub(crate) fn lint_queries(queries: &[OwnedQuery], catalogue: &Catalogue, allowed: &Allowed) -> Vec<Finding> {
    let document = |query: &OwnedQuery| Document { path: query.owner.clone().into(), text: query.promql.clone() };
    let documents: Vec<Document> = queries.iter().map(document).collect();
    let extracted = queries.iter().map(|query| {
        let purpose = match &query.records {
            Some(name) => Purpose::Record { name: name.clone(), labels: Vec::new() },
            None => Purpose::Panel,
        };
        let promql = query.promql.clone();
        Extracted { expressions: vec![Expression { span: 0..promql.len(), promql, purpose }], ..Extracted::default() }
    });
    check_all(&documents, extracted.collect(), catalogue, allowed)
}

fn check_all(
    documents: &[Document],
    extracted: Vec<Extracted>,
    catalogue: &Catalogue,
    allowed: &Allowed,
) -> Vec<Finding> {
    let mut known = Known::new(catalogue, allowed);
    // Rules may use what rules in other files record, so all records are known before the first expression is checked.
    for expression in extracted.iter().flat_map(|extracted| &extracted.expressions) {
        checks::add_record(expression, &mut known);
    }
    let mut findings = Vec::new();
    for (document, extracted) in documents.iter().zip(extracted) {
        findings.extend(checks::check(document, extracted, &known));
    }
    findings
}
