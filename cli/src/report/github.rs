//! Workflow commands of GitHub Actions:
//! <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.

use super::finding::{Finding, Rules};

/// One annotation for each finding.
pub(super) fn annotations<R: Rules>(findings: &[Finding<R>]) -> String {
    findings.iter().map(annotation).collect()
}

fn annotation<R: Rules>(finding: &Finding<R>) -> String {
    let Finding { file, line, column, level, rule, message } = finding;
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    // An address is not a file of the repository.
    let file = file.display().to_string();
    let location = if file.contains("://") {
        String::new()
    } else {
        format!("file={},line={line},col={column},", property(&file))
    };
    format!("::{} {location}title={}::{}\n", level.word(), property(rule.name()), data(message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
