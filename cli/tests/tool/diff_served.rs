//! `diff` of targets and saved scrapes, and its outputs.

use std::fs;

use serde_json::Value;

use crate::support::{Folder, Run, declarations, good, run};

/// A scrape of the storage driver with a few of its families.
const SCRAPE: &str = "\
# HELP rds_csi_orphans_cleaned_total Orphaned files and volumes removed.
# TYPE rds_csi_orphans_cleaned_total counter
rds_csi_orphans_cleaned_total{region=\"north\"} 3
# TYPE rds_csi_nvme_connections_active gauge
rds_csi_nvme_connections_active{region=\"north\"} 1
# TYPE process_open_fds gauge
process_open_fds{region=\"north\"} 7
";

fn catalogue(folder: &Folder) -> String {
    let line = |family: &str, kind: &str, labels: &str, mask: u8| {
        format!(
            r#"{{"v":1,"declares":"{kind}","at":["driver","{family}","src/main.rs",1],"labels":[{labels}],"buckets":[1.0,2.0],"family":{{"name":"{family}","help":"About {family}.","labels":{mask}}}}}"#
        )
    };
    let region = r#"{"name":"region","values":["north","south"]}"#;
    let user = r#"{"name":"user","open":10}"#;
    let lines = [
        line("parcels_total", "counter", region, 1),
        line("logins_total", "counter", user, 1),
        line("weight_grams", "histogram", "", 0),
        line("shelves", "gauge", "", 0),
    ];
    folder.file("depot.jsonl", &(lines.join("\n") + "\n"))
}

/// What the program of `catalogue` serves.
const SERVED: &str = "\
# HELP parcels_total About parcels_total.
# TYPE parcels_total counter
parcels_total{region=\"north\",zone=\"a\"} 3
# TYPE weight_grams histogram
weight_grams_bucket{zone=\"a\",le=\"1\"} 0
weight_grams_bucket{zone=\"a\",le=\"2\"} 1
weight_grams_bucket{zone=\"a\",le=\"+Inf\"} 1
weight_grams_sum{zone=\"a\"} 2
weight_grams_count{zone=\"a\"} 1
# TYPE shelves gauge
shelves{zone=\"a\"} 1
# TYPE metrics_instrumented_scrapes_total counter
metrics_instrumented_scrapes_total{code=\"200\",zone=\"a\"} 1
";

fn lines(run: &Run) -> Vec<String> {
    run.stdout.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// From the scrape to the program: what a roll-out changes.
fn to_program(scrape: &str) -> (i32, Vec<String>) {
    let folder = Folder::new();
    let found = run(&["diff", &folder.file("scrape.txt", scrape), &catalogue(&folder)]);
    (found.code, lines(&found))
}

/// From the program to the scrape.
fn to_target(scrape: &str) -> (i32, Vec<String>) {
    let folder = Folder::new();
    let found = run(&["diff", &catalogue(&folder), &folder.file("scrape.txt", scrape)]);
    (found.code, lines(&found))
}

#[test]
fn a_target_that_runs_the_program_has_no_differences() {
    // `logins_total` has no series before the first login, and `region` is not `south` yet.
    let (code, found) = to_program(SERVED);
    assert_eq!((code, found), (0, vec!["logins_total: added: counter, or without a call so far".to_owned()]));
    let (code, found) = to_target(SERVED);
    assert_eq!(
        (code, found),
        (0, vec!["logins_total: the target has no series of it; they appear with the first call".to_owned()])
    );
    let with = format!("{SERVED}# TYPE logins_total counter\nlogins_total{{user=\"ann\",zone=\"a\"}} 1\n");
    assert_eq!(to_program(&with), (0, Vec::new()));
    assert_eq!(to_target(&with), (0, Vec::new()));
}

#[test]
fn a_change_between_a_target_and_the_program_is_the_only_finding() {
    let served = format!("{SERVED}# TYPE logins_total counter\nlogins_total{{user=\"ann\",zone=\"a\"}} 1\n");
    for (from, to, breaks, words) in [
        ("region=\"north\"", "region=\"west\"", true, "`region` is never `west` any more"),
        ("region=\"north\",", "", true, "label `region` added"),
        ("user=\"ann\",", "user=\"ann\",town=\"x\",", true, "label `town` removed"),
        ("le=\"2\"", "le=\"3\"", true, "buckets changed from 1, 3 to 1, 2"),
        ("# TYPE shelves gauge", "# TYPE shelves counter", true, "a counter became a gauge"),
        ("# TYPE shelves gauge", "# TYPE shelves summary", true, "a summary became a gauge"),
        ("HELP parcels_total About", "HELP parcels_total On", false, "help changed to `About parcels_total.`"),
        ("parcels_total", "packets_total", true, "renamed to `parcels_total`"),
        ("# TYPE shelves", "# TYPE more_total counter\nmore_total 1\n# TYPE shelves", true, "more_total: removed"),
        ("# TYPE shelves gauge\nshelves{zone=\"a\"} 1\n", "", false, "shelves: added: gauge"),
    ] {
        assert!(served.contains(from), "{from}");
        // The HELP of a renamed family shows that it was renamed.
        let text = served.replace(from, to).replace("About packets_total", "About parcels_total");
        let (code, found) = to_program(&text);
        assert_eq!((code, found.len()), (i32::from(breaks), 1), "{from} -> {to}: {found:?}");
        assert!(found[0].contains(words) && found[0].starts_with("BREAKS") == breaks, "{from} -> {to}: {found:?}");
    }
    let (code, found) = to_target(&served.replace("region=\"north\"", "region=\"west\""));
    assert_eq!((code, found), (0, vec!["parcels_total: `region` may be `west`".to_owned()]));
    let (code, found) = to_target(&served.replace("# TYPE shelves gauge\nshelves{zone=\"a\"} 1\n", ""));
    assert_eq!((code, found), (1, vec!["BREAKS shelves: removed; queries find nothing".to_owned()]));
}

#[test]
fn labels_of_the_target_are_reported() {
    let folder = Folder::new();
    // A single family: whether a label is global cannot be seen.
    let scrape = folder.file("scrape.txt", "# TYPE shelves gauge\nshelves{zone=\"a\"} 1\n");
    let found = run(&["diff", &scrape, &catalogue(&folder)]);
    assert!(found.stdout.contains("label `zone` removed"), "{found:?}");
    let found = run(&["diff", &scrape, &catalogue(&folder), "--label", "zone"]);
    assert!(found.code == 0 && !found.stdout.contains("zone"), "{found:?}");
}

#[test]
fn two_scrapes_are_compared() {
    let folder = Folder::new();
    let before = folder.file("before.txt", SCRAPE);
    assert_eq!(run(&["diff", &before, &before]).stdout, "");
    let after = folder.file("after.txt", &SCRAPE.replace("connections_active", "connections"));
    let found = run(&["diff", &before, &after]);
    assert_eq!(found.code, 1, "{found:?}");
    assert_eq!(
        lines(&found),
        [
            "rds_csi_nvme_connections: added: gauge",
            "BREAKS rds_csi_nvme_connections_active: removed; queries find nothing"
        ]
    );
}

#[test]
fn a_review_gets_a_table_and_machines_get_json() {
    let folder = Folder::new();
    let old = declarations("storage-driver");
    let text = fs::read_to_string(&old).unwrap();
    let new = folder.file("new.jsonl", &text.replace("15.0,30.0,60.0,90.0", "15.0,30.0,90.0"));
    let table = run(&["diff", &old, &new, "--format", "markdown"]);
    let expected = format!(
        "### Changes of metrics\n\nFrom `{old}` to `{new}`: 1 change, **1 of which breaks queries**.\n\n\
         | metric | change | breaks |\n| --- | --- | --- |\n\
         | `rds_csi_migration_duration_seconds` | buckets changed from 15, 30, 60, 90, 120, 180, 300, 600 to 15, 30, 90, 120, 180, 300, 600 \
         | queries by a removed bound find nothing |\n"
    );
    assert_eq!((table.code, table.stdout), (1, expected));
    let same = good(&["diff", &old, &old, "--format", "markdown"]);
    assert!(same.ends_with(": none.\n"), "{same}");
    // Text of the code stays in its cell, and is not markup.
    let help = text.replace("\"help\":\"Files removed", "\"help\":\"a|b <b>\\n`Files removed");
    assert_ne!(help, text);
    let table = good(&["diff", &old, &folder.file("help.jsonl", &help), "--format", "markdown"]);
    let row = table.lines().last().unwrap();
    assert!(row.contains("a\\|b <b> `Files removed") && row.matches(" | ").count() == 2, "{table}");
    let said: Value = serde_json::from_str(&run(&["diff", &old, &new, "--format", "json"]).stdout).unwrap();
    assert_eq!((&said["schema"], said["old"].as_str()), (&1.into(), Some(old.as_str())));
    assert_eq!(said["changes"][0]["breaks"], "queries by a removed bound find nothing");
}
