//! Writes findings as text, JSON, SARIF or GitHub annotations.

pub(crate) mod finding;
mod github;
mod human;
mod sarif;

use finding::{Finding, Level, Rules};

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// A line for each, for people.
    Human,
    /// An object with all of them.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions, which become annotations.
    Github,
}

/// Returns all findings as one text.
pub(crate) fn report<R: Rules>(findings: &[Finding<R>], format: Format) -> String {
    match format {
        Format::Human => human::text(findings),
        Format::Json => format!("{:#}\n", serde_json::json!({ "schema": 1, "findings": findings })),
        Format::Sarif => format!("{:#}\n", sarif::log(findings)),
        Format::Github => github::annotations(findings),
    }
}

/// Returns whether the run fails: on an error, or with `strict` on any finding.
pub(crate) fn fails<R: Rules>(findings: &[Finding<R>], strict: bool) -> bool {
    findings.iter().any(|finding| strict || finding.level == Level::Error)
}
