//! Findings as text, one line each.

use std::fmt::Write;

use super::finding::{Finding, Level, Rules};
use crate::style::{self, visible};

/// All findings with their count.
pub(super) fn text<R: Rules>(findings: &[Finding<R>]) -> String {
    let mut text = String::new();
    for finding in findings {
        let Finding { file, line, column, level, rule, message } = finding;
        let style = match level {
            Level::Error => style::ERROR,
            Level::Warning => style::WARNING,
        };
        let (file, message) = (visible(&file.display().to_string()), visible(message));
        let (word, rule) = (level.word(), rule.name());
        let _ = writeln!(text, "{file}:{line}:{column}: {style}{word}[{rule}]{style:#}: {message}");
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
