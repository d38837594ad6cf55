//! `--views`: the catalogue as it is exposed, and the alerts and panels that miss what it has no more.

use serde_json::Value;

use crate::support::{Folder, PROGRAMS, declarations, example, good, run};

const CALLS: &str = "rds_csi_volume_operations_total";
const DURATION: &str = "rds_csi_volume_operation_duration_seconds";

fn driver() -> String {
    declarations("storage-driver")
}

#[track_caller]
fn refuses(command: &[&str], views: &str, expected: &[&str]) {
    let folder = Folder::new();
    let file = folder.file("views.yaml", views);
    let run = run(&[command, &[&driver(), "--views", &file]].concat());
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
    for text in expected {
        assert!(run.stderr.contains(text), "{text} is not in\n{}", run.stderr);
    }
}

#[test]
fn a_mistake_is_an_error_with_line_and_nearest_name() {
    let views = "families:\n  rds_csi_volume_operation_total: { mute: true }\n  rds_csi_volume_operations_total: { drop: [statuss] }\n";
    for command in ["docs", "rules", "dashboard"] {
        refuses(
            &[command],
            views,
            &[
                "views.yaml:2: no family",
                "did you mean `rds_csi_volume_operations_total`?",
                "views.yaml:3:",
                "did you mean `status`?",
            ],
        );
    }
    let folder = Folder::new();
    let file = folder.file("views.yaml", "families: []");
    for command in ["lint", "verify"] {
        let run = run(&[command, "--catalog", &driver(), "--views", &file, "x.txt"]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains("views.yaml:1: expected a mapping"), "{run:?}");
    }
}

#[test]
fn documents_show_what_is_exposed() {
    let folder = Folder::new();
    let views = folder.file(
        "views.yaml",
        &format!("families:\n  {CALLS}: {{ drop: [operation], merge: {{ status: {{ bad: [failure] }} }} }}\n  rds_csi_orphans_cleaned_total: {{ mute: true }}\n"),
    );
    let all = good(&["docs", &driver()]);
    let shown = good(&["docs", &driver(), "--views", &views]);
    assert!(
        all.contains("rds_csi_orphans_cleaned_total") && !shown.contains("`rds_csi_orphans_cleaned_total`"),
        "{shown}"
    );
    let row = |page: &str| page.lines().find(|line| line.starts_with(&format!("| `{CALLS}`"))).unwrap().to_owned();
    assert!(row(&all).contains("operation") && !row(&shown).contains("operation="), "{}", row(&shown));
    assert_eq!(good(&["docs", &driver(), "--views", &folder.file("none.yaml", "families: {}")]), all);
}

#[test]
fn rules_and_dashboards_reject_views_that_remove_what_they_need() {
    let drops = format!("families: {{ {CALLS}: {{ drop: [status] }} }}");
    refuses(
        &["rules"],
        &drops,
        &["recording rule `job:rds_csi_volume_operations:error_ratio_rate5m`: ", "no label `status`"],
    );
    refuses(&["dashboard"], &drops, &["panel `Errors: rds_csi_volume_operations`: ", "no label `status`"]);
    // The operation has an objective for latency.
    let mutes = format!("families: {{ {DURATION}: {{ mute: true }} }}");
    refuses(&["rules"], &mutes, &["recording rule `job:rds_csi_volume_operations:slow_ratio_rate5m`: "]);
    let merges = format!("families: {{ {CALLS}: {{ merge: {{ status: {{ done: [success, failure] }} }} }} }}");
    refuses(&["rules"], &merges, &["`status` is never `failure`"]);
    let folder = Folder::new();
    let overflow = folder.file("views.yaml", "families: { metrics_instrumented_label_overflow_total: { mute: true } }");
    let rules = ["rules", &declarations("orchestrator"), "--views", &overflow];
    let left_out = run(&rules);
    assert!(left_out.code == 0 && !left_out.stdout.contains("LabelOverflow"), "{left_out:?}");
    assert!(
        left_out.stderr.contains("note: the views mute `metrics_instrumented_label_overflow_total`"),
        "{left_out:?}"
    );
    let config = folder.file("config.yaml", "program: { alerts: { label_overflow: true } }");
    let refused = run(&[&rules[..], &["--config", &config]].concat());
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    let expected = "LabelOverflow`: `metrics_instrumented_label_overflow_total` is muted";
    assert!(refused.stderr.contains(expected), "{}", refused.stderr);
}

#[test]
fn a_missing_bucket_of_an_objective_is_reported() {
    let folder = Folder::new();
    let config = example("storage-driver", "metrics-instrumented.yaml");
    let keeps = folder.file("keeps.yaml", &format!("families: {{ {DURATION}: {{ buckets: [1, 2.5, 10, 30] }} }}"));
    let loses = folder.file("loses.yaml", &format!("families: {{ {DURATION}: {{ buckets: [1, 10] }} }}"));
    let rules = |views: &str| run(&["rules", &driver(), "--config", &config, "--views", views]);
    assert_eq!(rules(&keeps).code, 0, "{:?}", rules(&keeps));
    let refused = rules(&loses);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("2.5") && refused.stderr.contains("slow_ratio_rate5m"), "{refused:?}");
}

#[test]
fn muted_operations_have_no_alerts_and_no_panels() {
    let folder = Folder::new();
    let views = folder.file("views.yaml", "families: { 'rds_csi_mount*': { mute: true } }");
    for command in ["rules", "dashboard"] {
        let all = good(&[command, &driver()]);
        let shown = good(&[command, &driver(), "--views", &views]);
        assert!(all.contains("rds_csi_mount_operations") && !shown.contains("rds_csi_mount"), "{command}");
        assert!(shown.contains("rds_csi_volume_operations"));
    }
}

#[test]
fn a_file_without_views_changes_nothing() {
    let folder = Folder::new();
    let views = folder.file("views.yaml", "families: {}");
    for program in PROGRAMS {
        let source = declarations(program);
        for command in ["docs", "rules", "dashboard"] {
            assert_eq!(good(&[command, &source, "--views", &views]), good(&[command, &source]), "{command} {program}");
        }
    }
}

#[test]
fn the_linter_and_the_verifier_expect_what_is_exposed() {
    let folder = Folder::new();
    let views = folder.file("views.yaml", &format!("families: {{ {CALLS}: {{ drop: [operation] }} }}"));
    let page = folder.file("page.md", &format!("```promql\nsum by (operation) (rate({CALLS}[5m]))\n```\n"));
    let lint = ["lint", "--catalog", &driver(), "--format", "json", &page];
    assert!(good(&lint).contains("\"findings\": []"));
    let found = run(&[&lint[..], &["--views", &views]].concat());
    let findings: Value = serde_json::from_str(&found.stdout).unwrap();
    assert_eq!((found.code, findings["findings"][0]["rule"].as_str()), (1, Some("unknown-label")), "{found:?}");

    let scrape = folder.file("scrape.txt", &format!("# TYPE {CALLS} counter\n{CALLS}{{status=\"success\"}} 3\n"));
    let verify = ["verify", &scrape, "--catalog", &driver(), "--format", "json", "--allow", "*"];
    let rules = |arguments: &[&str]| -> Vec<String> {
        let found: Value = serde_json::from_str(&run(arguments).stdout).unwrap();
        let of_calls = found["findings"].as_array().unwrap().iter();
        of_calls.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
    };
    assert!(rules(&verify).contains(&"missing-label".to_owned()), "{:?}", rules(&verify));
    assert!(!rules(&[&verify[..], &["--views", &views]].concat()).contains(&"missing-label".to_owned()));
}
