//! Writes the result of `verify`.

use std::fmt::Write;

use serde_json::json;

use super::model::Verified;
use crate::report::{self, Format};

/// The maximum number of series without records in the text format.
const SHOWN: usize = 20;

/// Returns the result as one text.
pub(crate) fn report(verified: &Verified, format: Format) -> String {
    let Verified { scrapes, findings, coverage } = verified;
    match format {
        Format::Human => report::report(findings, format) + &coverage_text(verified),
        Format::Json => {
            format!("{:#}\n", json!({ "schema": 1, "scrapes": scrapes, "findings": findings, "coverage": coverage }))
        }
        Format::Sarif | Format::Github => report::report(findings, format),
    }
}

fn coverage_text(verified: &Verified) -> String {
    let coverage = &verified.coverage;
    let percent = coverage.percent.map(|percent| format!(" ({percent} %)")).unwrap_or_default();
    let scrapes = if verified.scrapes > 1 { format!("{} scrapes; ", verified.scrapes) } else { String::new() };
    let mut text = format!(
        "{scrapes}coverage: {} of {} declared series recorded{percent}\n",
        coverage.recorded, coverage.declared
    );
    let unrecorded: Vec<&String> = coverage.families.iter().flat_map(|family| &family.unrecorded).collect();
    if !unrecorded.is_empty() {
        text += "not recorded:\n";
        for series in unrecorded.iter().take(SHOWN) {
            let _ = writeln!(text, "  {series}");
        }
        if let Some(more) = unrecorded.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            let _ = writeln!(text, "  and {more} more; `--format json` lists all");
        }
    }
    text
}
