//! The page of a program's metrics.

use crate::support::{Folder, declarations, example, good, run};

#[test]
fn the_examples_pages_are_what_the_tool_writes() {
    for program in crate::support::PROGRAMS {
        let run = run(&["docs", &declarations(program), "--check", &example(program, "docs/metrics.md")]);
        assert_eq!(run.code, 0, "{}run `scripts/documents`", run.stderr);
    }
}

#[test]
fn it_has_families_labels_buckets_queries_and_locations() {
    let page = good(&["docs", &declarations("storage-driver")]);
    for line in [
        "# Metrics of storage-driver",
        "| `rds_csi_volume_operations_total` | counter | `operation`, `status` |  | 8 | Volume operations against the storage backend. |",
        "| `result` | `success`, `failed`, `timeout` | `rds_csi_migration_migrations_total` |",
        "| 15, 30, 60, 90, 120, 180, 300, 600 | `rds_csi_migration_duration_seconds` |",
        "histogram_quantile(0.95, sum by (le, operation) (rate(rds_csi_volume_operation_duration_seconds_bucket[5m])))",
        "sum(rds_csi_migration_active_migrations)",
    ] {
        assert!(page.lines().any(|one| one == line), "no `{line}` in\n{page}");
    }
    assert!(page.contains("`storage_driver::volumes::create` at `examples/storage-driver/src/volumes.rs:"), "{page}");
}

#[test]
fn an_error_rate_is_not_grouped_by_the_outcome() {
    let page = good(&["docs", &declarations("storage-driver")]);
    let ratio = "sum by (operation) (rate(rds_csi_mount_operations_total{status=\"failure\"}[5m]))\n/\nsum by (operation) (rate(rds_csi_mount_operations_total[5m]))";
    assert!(page.contains(ratio), "{page}");
}

#[test]
fn calls_that_have_only_begun_are_not_counted_among_those_that_ended() {
    let page = good(&["docs", &declarations("volume-operator")]);
    assert!(page.contains("(rate(datamover_operations_total{status!=\"started\"}[5m]))"), "{page}");
}

/// A page whose label values and HELP contain markup.
fn page_of(values: &str, help: &str) -> String {
    let folder = Folder::new();
    let counter = format!(
        r#"{{"v":1,"declares":"counter","at":["m","A","f.rs",1],"labels":[{{"name":"kind","values":{values}}}],"family":{{"name":"a_total","help":{help:?},"labels":1}}}}"#
    );
    good(&["docs", &folder.file("a.jsonl", &counter)])
}

#[test]
fn label_values_with_markup_stay_in_their_cells() {
    let page = page_of(r#"["a|b","c`d","``","e\nf"," g ","","<b>"]"#, "A.");
    let row = r"| `kind` | `a\|b`, `` c`d ``, ``` `` ```, `e\nf`, `  g  `, (empty), `<b>` | `a_total` |";
    assert!(page.lines().any(|line| line == row), "{page}");
}

#[test]
fn help_with_html_is_shown_as_text() {
    for (help, cell) in [
        ("A <script>alert(1)</script> & | B.", r"A &lt;script>alert(1)&lt;/script> &amp; \| B."),
        ("Of `Vec<T>` and `` a`<b> `` in\nlines.", "Of `Vec<T>` and `` a`<b> `` in lines."),
        ("One ` and <b>, `` two.", "One \\` and &lt;b>, \\`\\` two."),
    ] {
        let page = page_of(r#"["a"]"#, help);
        let row = format!("| `a_total` | counter | `kind` |  | 1 | {cell} |");
        assert!(page.lines().any(|line| line == row), "{row}\n{page}");
    }
}
