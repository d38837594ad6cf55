//! What changed between two catalogues.

use std::fs;

use crate::support::{Folder, declarations, run};

fn diff(change: impl FnOnce(String) -> String) -> (i32, Vec<String>) {
    let folder = Folder::new();
    let old = declarations("storage-driver");
    let new = folder.file("new.jsonl", &change(fs::read_to_string(&old).unwrap()));
    let run = run(&["diff", &old, &new]);
    assert_eq!(run.stderr, "");
    (run.code, run.stdout.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect())
}

#[test]
fn equal_catalogues_have_no_differences() {
    assert_eq!(diff(|text| text), (0, Vec::new()));
}

#[test]
fn a_changed_objective_is_reported_and_breaks_nothing() {
    let (code, lines) = diff(|text| text.replace("\"success\":99.9", "\"success\":99.5"));
    assert_eq!(code, 0);
    assert_eq!(
        lines,
        ["rds_csi_volume_operations: the objective was: 99.9 % of the calls succeed, and 99 % take at most 2.5 s; \
             now it is: 99.5 % of the calls succeed, and 99 % take at most 2.5 s"]
    );
}

#[test]
fn a_renamed_family_breaks_queries() {
    let (code, lines) = diff(|text| text.replace("rds_csi_orphans_cleaned_total", "rds_csi_orphans_removed_total"));
    assert_eq!(code, 1);
    assert_eq!(
        lines,
        [
            "BREAKS rds_csi_orphans_cleaned_total: renamed to `rds_csi_orphans_removed_total`; queries by the old name find nothing"
        ]
    );
}

#[test]
fn a_removed_family_breaks_queries_and_an_added_one_does_not() {
    let without = |text: String| -> String {
        text.split_inclusive('\n').filter(|line| !line.contains("rds_csi_orphans_cleaned_total")).collect()
    };
    assert_eq!(
        diff(without),
        (1, vec!["BREAKS rds_csi_orphans_cleaned_total: removed; queries find nothing".to_owned()])
    );
    let one_more = r#"{"v":1,"declares":"counter","at":["m","New","f.rs",1],"family":{"name":"rds_csi_new_total","help":"New.","labels":0}}"#;
    assert_eq!(diff(|text| text + one_more), (0, vec!["rds_csi_new_total: added: counter".to_owned()]));
}

#[test]
fn labels_values_and_buckets_are_compared() {
    let (code, lines) = diff(|text| {
        text.replace(
            r#""name":"operation","values":["mount","unmount"]"#,
            r#""name":"action","values":["mount","unmount"]"#,
        )
    });
    assert_eq!(code, 1);
    assert!(lines[0].contains("label `operation` removed") && lines[1].contains("label `action` added"), "{lines:?}");

    let (code, lines) =
        diff(|text| text.replace(r#"["create","delete","expand","clone"]"#, r#"["create","delete","grow","clone"]"#));
    assert_eq!(code, 1);
    assert!(lines.iter().any(|line| line.contains("`operation` is never `expand` any more")), "{lines:?}");
    assert!(lines.iter().any(|line| line.ends_with("`operation` may be `grow`")), "{lines:?}");

    let (code, lines) = diff(|text| text.replace("15.0,30.0,60.0,90.0", "15.0,20.0,30.0,60.0,90.0"));
    assert_eq!((code, lines.len()), (0, 1), "{lines:?}");
    let (code, lines) = diff(|text| text.replace("15.0,30.0,60.0,90.0", "15.0,30.0,90.0"));
    assert_eq!(code, 1);
    assert!(lines[0].ends_with("queries by a removed bound find nothing"), "{lines:?}");
}

/// An operation with an open label, a sample and an outcome of three values.
const OPERATION: &str = r#"{"v":1,"declares":"operation","at":["m","Fetch","f.rs",1],"labels":[{"name":"host","open":100}],"outcome":{"label":"outcome","finished":["ok","late","gone"],"classes":["ok","error","ignored"],"panic":"panic","cancelled":"cancelled","started":null,"never":[]},"calls":{"name":"fetches_total","help":"Fetches.","labels":1},"duration":{"name":"fetch_duration_seconds","help":"Fetches.","labels":0},"buckets":[1.0],"sample":1}"#;

fn operation(from: &str, to: &str) -> Vec<String> {
    let folder = Folder::new();
    assert!(OPERATION.contains(from));
    let (old, new) = (folder.file("old.jsonl", OPERATION), folder.file("new.jsonl", &OPERATION.replace(from, to)));
    let run = run(&["diff", &old, &new]);
    run.stdout.lines().map(|line| line.trim_start().to_owned()).collect()
}

#[test]
fn a_changed_cap_is_named() {
    let of_calls = |change: &str| vec![format!("fetches_total: values of `host`: {change}")];
    assert_eq!(
        operation("\"open\":100", "\"open\":50"),
        of_calls("any, at most 50, then `other`; before, any, at most 100, then `other`")
    );
    assert_eq!(
        operation("\"open\":100", "\"values\":[\"a\",\"b\"]"),
        of_calls("one of `a`, `b`; before, any, at most 100, then `other`")
    );
    assert_eq!(operation(",\"open\":100", ""), of_calls("a closed set; before, any, at most 100, then `other`"));
}

#[test]
fn a_changed_sample_is_named() {
    assert_eq!(operation("\"sample\":1", "\"sample\":8"), ["fetches: one call in 8 is timed; before, every call"]);
}

#[test]
fn changed_classes_of_outcomes_are_named() {
    let rules = "generated rules and queries change";
    assert_eq!(
        operation(r#"["ok","error","ignored"]"#, r#"["ok","ignored","unknown"]"#),
        [
            format!("fetches: the outcome `late` was classified as `error`; now as `ignored`; {rules}"),
            format!("fetches: the outcome `gone` was classified as `ignored`; now as `unknown`; {rules}")
        ]
    );
    assert_eq!(
        operation("\"never\"", "\"cancelled_class\":\"error\",\"never\""),
        [format!("fetches: the outcome `cancelled` was classified as `ignored`; now as `error`; {rules}")]
    );
    let unclassified = operation("\"label\":\"outcome\"", "\"label\":null");
    let expected = format!("fetches: no label says how calls end; before, `outcome`; {rules}");
    assert!(unclassified.contains(&expected), "{unclassified:?}");
}
