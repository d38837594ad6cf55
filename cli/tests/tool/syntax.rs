//! What is PromQL and what is not: the linter's word is that of `promtool`. Left out is what Prometheus 2 and 3 judge differently, such as numbers
//! for durations.

use metrics_instrumented_test_support::prometheus::promtool;

use crate::support::{Folder, declarations, run};

const CORPUS: &[&str] = &[
    "up",
    "up{}",
    "up{job=\"x\",}",
    "up{job=\"x\",,}",
    "up{job=x}",
    "{}",
    "{job=\"x\"}",
    "{job=~\".*\"}",
    "{job=~\".+\"}",
    "up[5m]",
    "rate(up[5m])",
    "rate(up)",
    "rate(up[5m:1m])",
    "rate(up[5m:])",
    "rate(up[5min])",
    "rate(up[1h30m])",
    "rate(up[-5m])",
    "sum(up) by (job)",
    "sum by (job) (up)",
    "sum by (job,) (up)",
    "sum by job (up)",
    "sum(up) without (job)",
    "sum()",
    "histogram_quantile(0.9, up) by (job)",
    "histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))",
    "histogram_quantile(up, 0.9)",
    "histogram_quantile(0.9)",
    "topk(3, up)",
    "topk(up)",
    "quantile(0.9, up)",
    "count_values(\"v\", up)",
    "count_values(v, up)",
    "up == 1",
    "up == bool 1",
    "1 == 1",
    "1 == bool 1",
    "up and on (job) down",
    "up + on (job) group_left (a) down",
    "up and on (job) group_left down",
    "up + group_left down",
    "up or",
    "up !== 1",
    "up =~ 1",
    "(up",
    "up)",
    "up offset 5m",
    "up offset -5m",
    "up @ 1609746000",
    "up @ start()",
    "up @ never()",
    "-up",
    "- -1",
    "2 ^ 3 ^ 2",
    "1 + \"a\"",
    "\"a\"",
    "up{job=\"\\d\"}",
    "up{job='x'}",
    "up{job=`\\d`}",
    "up{job=~\"(\"}",
    "absent(up)",
    "absent(1)",
    "label_replace(up, \"a\", \"$1\", \"b\", \"(.*)\")",
    "label_replace(up, \"a\", \"$1\", \"b\")",
    "clamp(up, 0, 1)",
    "nothing(up)",
    "time()",
    "vector(1)",
    "vector(up)",
    "scalar(up)",
    "up # a comment",
    "# only a comment",
    "",
    "   ",
    "Inf",
    "NaN",
    "0x1f",
    "1e3",
    "1_000",
    "max_over_time(rate(up[5m])[1h:5m])",
    "sum(rate(up[5m])) / sum(rate(up[5m]))",
    "a:b:c",
    "a-b",
    "a.b",
];

#[test]
fn a_query_may_have_any_length() {
    let folder = Folder::new();
    let text = format!("```promql\n{}\n```\n", vec!["up"; 10_000].join("+"));
    let file = folder.file("long.md", &text);
    assert_eq!(run(&["lint", "--catalog", &declarations("storage-driver"), &file]).code, 0);
}

#[test]
fn an_empty_query_is_an_error_in_a_rule_and_unfinished_in_a_panel() {
    let folder = Folder::new();
    let lint =
        |name: &str, text: &str| run(&["lint", "--catalog", &declarations("storage-driver"), &folder.file(name, text)]);
    for expr in ["", "''", "'  '", "|-\n\n", "~"] {
        let rules =
            folder.file("rules.yaml", &format!("groups:\n- name: g\n  rules:\n  - alert: A\n    expr: {expr}\n"));
        promtool(&["check", "rules", &rules], "").unwrap_err();
        let found = run(&["lint", "--catalog", &declarations("storage-driver"), &rules]);
        let expected =
            format!("{rules}:5:5: error[syntax]: the rule has an empty `expr`; write a query, or remove the rule\n");
        assert!(found.code == 1 && found.stdout.starts_with(&expected), "{expr}: {found:?}");
    }
    for expr in ["\"\"", "\"  \"", "null"] {
        let dashboard = format!(
            r#"{{ "panels": [{{ "type": "timeseries", "title": "Later", "targets": [{{ "expr": {expr} }}] }}] }}"#
        );
        let found = lint("dashboard.json", &dashboard);
        assert_eq!((found.code, found.stdout.as_str()), (0, ""), "{expr}: {found:?}");
    }
}

#[test]
fn syntax_errors_are_those_of_promtool() {
    let folder = Folder::new();
    let catalogue = declarations("storage-driver");
    let mut files = Vec::new();
    for (at, promql) in CORPUS.iter().enumerate() {
        let rule = serde_json::json!({ "groups": [{ "name": "g", "rules": [{ "record": format!("r{at}"), "expr": promql }] }] });
        files.push(folder.file(&format!("{at:03}.yaml"), &rule.to_string()));
    }
    let arguments: Vec<&str> = ["check", "rules"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let said = promtool(&arguments, "").unwrap_or_else(|error| error);
    let mut lint = vec!["lint", "--catalog", &catalogue, "--allow", "*", "--format", "json"];
    lint.extend(files.iter().map(String::as_str));
    let found: serde_json::Value = serde_json::from_str(&run(&lint).stdout).expect("JSON");
    let found = found["findings"].as_array().expect("an array");
    let mut differ = Vec::new();
    for (promql, file) in CORPUS.iter().zip(&files) {
        let after = said.split(&format!("Checking {file}")).nth(1).unwrap_or_else(|| panic!("{file}: {said}"));
        let theirs = after.split("Checking ").next().is_some_and(|verdict| verdict.contains("SUCCESS"));
        let ours = !found.iter().any(|one| one["file"] == file.as_str() && one["rule"] == "syntax");
        if ours != theirs {
            differ.push(format!("`{promql}`: promtool {theirs}, the linter {ours}"));
        }
    }
    assert_eq!(differ, [] as [&str; 0]);
}
