//! Views that mute one family of an operation, or limit its series.

use crate::generated::{operation, operation_with};
use crate::support::{Folder, Run, run};

fn with_views(command: &str, declarations: &str, views: &str, config: &str) -> Run {
    let folder = Folder::new();
    let (catalogue, views) = (folder.file("svc.jsonl", declarations), folder.file("views.yaml", views));
    let config = folder.file("config.yaml", config);
    run(&[command, &catalogue, "--program", "svc", "--views", &views, "--config", &config])
}

const MUTED: &str = "families: { backups_duration_seconds: { mute: true } }";

#[test]
fn a_muted_family_of_an_operation_has_no_rules_and_no_panels() {
    for command in ["rules", "dashboard"] {
        let run = with_views(command, &operation("backups"), MUTED, "{}");
        assert_eq!(run.code, 0, "{run:?}");
        assert!(run.stdout.contains("backups_total") && !run.stdout.contains("backups_duration"), "{run:?}");
        let note = "note: the views mute `backups_duration_seconds`, so the rules, alerts and panels that need it are left out";
        assert!(run.stderr.contains(note), "{run:?}");
    }
    let run = with_views("rules", &operation("backups"), MUTED, "{}");
    assert!(run.stdout.contains("SvcMetricsAbsent"), "{run:?}");
    let calls = "families: { backups_total: { mute: true } }";
    let run = with_views("rules", &operation("backups"), calls, "{}");
    assert!(
        run.code == 0 && run.stdout.contains("backups_duration") && !run.stdout.contains("backups_total"),
        "{run:?}"
    );
}

#[test]
fn objectives_and_alerts_on_a_muted_family_are_refused() {
    let latency = operation_with("backups", "[0.1,1.0]", r#"{"latency":{"seconds":1.0,"percent":99}}"#);
    let success = operation_with("backups", "[0.1,1.0]", r#"{"success":99.0}"#);
    let calls = "families: { backups_total: { mute: true } }";
    let of = |alert: &str| format!("operations: {{ backups: {{ alerts: {{ {alert} }} }} }}");
    for (declared, views, config) in [
        (&latency, MUTED, "{}".to_owned()),
        (&success, calls, "{}".to_owned()),
        (
            &operation("backups"),
            MUTED,
            "operations: { backups: { objective: { latency: { seconds: 1, percent: 99 } } } }".to_owned(),
        ),
        (&operation("backups"), MUTED, of("duration: { warning: 0.5 }")),
        (&operation("backups"), calls, of("error_ratio: { warning: 0.5 }")),
        (&operation("backups"), calls, of("panics: true")),
    ] {
        let run = with_views("rules", declared, views, &config);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{config}: {run:?}");
        assert!(run.stderr.contains("the views in"), "{config}: {run:?}");
    }
    // Alerts that are turned off, and alerts for all operations, need nothing.
    for config in [of("duration: false"), "alerts: { duration: { quantile: 0.9 } }".to_owned()] {
        assert_eq!(with_views("rules", &operation("backups"), MUTED, &config).code, 0, "{config}");
    }
}

#[test]
fn a_limit_of_series_below_the_number_of_outcomes_is_refused() {
    let views = |most: u32| format!("families: {{ backups_total: {{ max_series: {most} }} }}");
    for command in ["rules", "dashboard"] {
        let run = with_views(command, &operation("backups"), &views(3), "{}");
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
        let words = "`backups_total` has 4 series, more than its `max_series: 3`, so `outcome` may be `other`; raise `max_series`";
        assert!(run.stderr.contains(words), "{run:?}");
        let run = with_views(command, &operation("backups"), &views(4), "{}");
        assert_eq!(run.code, 0, "{run:?}");
    }
    let open = operation("backups")
        .replace(r#""calls":"#, r#""labels":[{"name":"host","open":50}],"calls":"#)
        .replace("\"labels\":0", "\"labels\":1");
    assert_eq!(with_views("rules", &open, &views(200), "{}").code, 2);
    assert_eq!(with_views("rules", &open, &views(204), "{}").code, 0);
    let dropped = "families: { backups_total: { drop: [host], max_series: 4 } }";
    assert_eq!(with_views("rules", &open, dropped, "{}").code, 0);
    // Nothing selects by a label of this histogram.
    let histogram = "families: { backups_duration_seconds: { max_series: 1 } }";
    assert_eq!(with_views("rules", &open, histogram, "{}").code, 0);
}
