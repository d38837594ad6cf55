//! The result for people and for machines.

use std::fmt::Write;

use serde_json::json;

use super::compare::Usage;
use crate::report::{self, Format};

/// Returns the result as one text.
pub(crate) fn report(usage: &Usage, format: Format) -> String {
    match format {
        Format::Human => report::report(&usage.findings, format) + &table(usage),
        Format::Json => {
            format!("{:#}\n", json!({ "schema": 1, "findings": usage.findings, "families": usage.families }))
        }
        Format::Sarif | Format::Github => report::report(&usage.findings, format),
    }
}

fn table(usage: &Usage) -> String {
    let mut text = "  series  used by  family\n".to_owned();
    for family in &usage.families {
        let _ = writeln!(text, "{:>8}  {:>7}  {}", family.series, family.used_by.len(), family.name);
    }
    let all: u64 = usage.families.iter().map(|family| family.series).sum();
    let _ = writeln!(text, "{all:>8}           all declared families");
    text
}
