//! The linter's outputs for machines.

use serde_json::Value;

use crate::support::{Folder, Run, declarations, run};

fn report(format: &str) -> Run {
    let folder = Folder::new();
    let file = folder.file("a,b:c.md", "text\n\n```promql\nsum(rds_csi_nothing_total)\n```\n");
    let mut run = run(&["lint", "--catalog", &declarations("storage-driver"), "--format", format, &file]);
    run.stdout = run.stdout.replace(&folder.path(), "DIR");
    assert_eq!(run.code, 1, "{run:?}");
    run
}

#[test]
fn the_text_report_has_a_line_for_each_difference() {
    let text = report("human").stdout;
    assert!(
        text.starts_with("DIR/a,b:c.md:4:5: error[unknown-metric]: no series is called `rds_csi_nothing_total`"),
        "{text}"
    );
    assert!(text.ends_with("1 error, 0 warnings\n"), "{text}");
}

#[test]
fn github_reads_an_annotation_with_its_marks_escaped() {
    let text = report("github").stdout;
    assert!(text.starts_with("::error file=DIR/a%2Cb%3Ac.md,line=4,col=5,title=unknown-metric::no series"), "{text}");
}

#[test]
fn code_scanning_reads_sarif() {
    let log: Value = serde_json::from_str(&report("sarif").stdout).expect("JSON");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let result = &run["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&"unknown-metric".into(), &"error".into()));
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "DIR/a,b:c.md");
    assert_eq!((&place["region"]["startLine"], &place["region"]["startColumn"]), (&4.into(), &5.into()));
    let rule = &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
    assert_eq!(rule["id"], "unknown-metric");
}

#[test]
fn warnings_fail_only_with_strict() {
    let folder = Folder::new();
    let file = folder.file("a.md", "```promql\ndelta(rds_csi_orphans_cleaned_total[5m])\n```\n");
    let catalogue = declarations("storage-driver");
    assert_eq!(run(&["lint", "--catalog", &catalogue, &file]).code, 0);
    assert_eq!(run(&["lint", "--strict", "--catalog", &catalogue, &file]).code, 1);
}
