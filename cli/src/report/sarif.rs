//! SARIF 2.1.0: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use serde_json::{Value, json};

use super::finding::{Finding, Rules};

/// One run of this tool.
pub(super) fn log<R: Rules>(findings: &[Finding<R>]) -> Value {
    let rules: Vec<Value> = R::ALL
        .iter()
        .map(|rule| {
            json!({
                "id": rule.name(),
                "shortDescription": { "text": rule.says() },
                "defaultConfiguration": { "level": rule.level().word() },
            })
        })
        .collect();
    let results: Vec<Value> = findings.iter().map(result).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cargo-metrics-instrumented",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result<R: Rules>(finding: &Finding<R>) -> Value {
    json!({
        "ruleId": finding.rule.name(),
        "ruleIndex": R::ALL.iter().position(|rule| *rule == finding.rule),
        "level": finding.level.word(),
        "message": { "text": finding.message },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": finding.file.display().to_string() },
            "region": { "startLine": finding.line, "startColumn": finding.column },
        }}],
    })
}
