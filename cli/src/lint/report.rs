//! Findings, for people and for machines.

use std::fmt::Write;

use super::{Finding, Level, sarif, shown};

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// A line for each, for people.
    Human,
    /// An array of objects.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions, which become annotations.
    Github,
}

/// All findings in one text.
pub(crate) fn report(findings: &[Finding], format: Format) -> String {
    match format {
        Format::Human => human(findings),
        Format::Json => format!("{:#}\n", serde_json::json!(findings)),
        Format::Sarif => format!("{:#}\n", sarif::log(findings)),
        Format::Github => findings.iter().map(annotation).collect(),
    }
}

fn human(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let Finding { file, line, column, level, rule, message } = finding;
        let _ = writeln!(text, "{}:{line}:{column}: {}[{}]: {message}", file.display(), word(*level), rule.name());
    }
    let errors = findings.iter().filter(|finding| finding.level == Level::Error).count();
    let warnings = findings.len() - errors;
    if !findings.is_empty() {
        let _ = writeln!(text, "{}, {}", counted(errors, "error"), counted(warnings, "warning"));
    }
    text
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

pub(super) const fn word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

/// <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>
fn annotation(finding: &Finding) -> String {
    let Finding { file, line, column, level, rule, message } = finding;
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    format!(
        "::{} file={},line={line},col={column},title={}::{}\n",
        word(*level),
        property(&shown(file)),
        property(rule.name()),
        data(message)
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
