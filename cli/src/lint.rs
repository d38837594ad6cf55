//! The linter: checks rule files, dashboards and Markdown against a catalogue.

mod checks;
mod document;
mod extract;
mod finding;
mod promql;

use std::path::PathBuf;

use crate::catalogue::Catalogue;
use crate::error::Error;
pub(crate) use checks::known::Allowed;
use checks::known::Known;
use document::{Document, Extracted};
use finding::Finding;
pub(crate) use promql::Server;

/// Returns the findings of these files, in the files' order.
pub(crate) fn lint(files: &[PathBuf], catalogue: &Catalogue, allowed: &Allowed) -> Result<Vec<Finding>, Error> {
    let documents: Vec<Document> = files.iter().map(|path| Document::read(path)).collect::<Result<_, _>>()?;
    let extracted: Vec<Extracted> = documents.iter().map(extract::extract).collect();
    let mut known = Known::new(catalogue, allowed);
    // Rules may use what rules in other files record, so all records are known before the first expression is checked.
    for expression in extracted.iter().flat_map(|extracted| &extracted.expressions) {
        checks::add_record(expression, &mut known);
    }
    let mut findings = Vec::new();
    for (document, extracted) in documents.iter().zip(extracted) {
        findings.extend(checks::check(document, extracted, &known));
    }
    Ok(findings)
}
