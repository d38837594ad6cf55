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
