//! Each rule with wrong expressions and, beside them, right ones that look alike.

use crate::support::{Found, lint, lint_alert, rules};

/// `CALLS`, `BUCKET`, `MOUNTS` and `GAUGE` stand for metrics of the storage driver.
fn filled(expr: &str) -> String {
    expr.replace("CALLS", "rds_csi_volume_operations_total")
        .replace("BUCKET", "rds_csi_volume_operation_duration_seconds_bucket")
        .replace("MOUNTS", "rds_csi_mount_operations_total")
        .replace("GAUGE", "rds_csi_nvme_connections_active")
}

fn alert(expr: &str) -> Vec<Found> {
    lint_alert("storage-driver", &filled(expr))
}

#[track_caller]
fn wrong(rule: &str, words: &str, exprs: &[&str]) {
    for expr in exprs {
        let found = alert(expr);
        assert_eq!(rules(&found), [rule], "`{expr}`: {found:#?}");
        assert!(found[0].message.contains(words), "`{expr}`: {found:#?}");
    }
}

#[track_caller]
fn right(exprs: &[&str]) {
    for expr in exprs {
        assert_eq!(alert(expr), [], "`{expr}`");
    }
}

#[test]
fn bounds_of_buckets_in_another_spelling() {
    wrong(
        "unknown-bucket",
        "write `0.5`",
        &["sum(rate(BUCKET{le=\"0.50\"}[5m])) > 1", "sum(rate(BUCKET{le=\".5\"}[5m])) > 1"],
    );
    wrong("unknown-bucket", "write `+Inf`", &["sum(rate(BUCKET{le=\"inf\"}[5m])) > 1"]);
    right(&["sum(rate(BUCKET{le=\"0.5\"}[5m])) > 1", "sum(rate(BUCKET{le=~\"0.5|1.0\"}[5m])) > 1"]);
}

#[test]
fn labels_that_a_join_includes() {
    let words = "the right side of `*` has no label `versoin`";
    let join = "GAUGE * on (job, instance) group_left (LABEL) build_info > 1";
    wrong("unknown-label", words, &[&join.replace("LABEL", "versoin")]);
    let swapped = "build_info * on (job, instance) group_right (LABEL) GAUGE > 1";
    wrong("unknown-label", "the left side of `*` has no label `operation`", &[&swapped.replace("LABEL", "operation")]);
    right(&[
        &join.replace("LABEL", "version"),
        &join.replace("LABEL", "version, git_sha"),
        &swapped.replace("LABEL", "version"),
    ]);
}

#[test]
fn labels_whose_values_never_meet() {
    wrong(
        "never-matches",
        "`status` is `failure` on the left and `success` on the right",
        &[
            "rate(CALLS{status=\"failure\"}[5m]) / rate(CALLS{status=\"success\"}[5m]) > 1",
            "increase(CALLS{status!=\"success\"}[5m]) > 0 and increase(CALLS{status=\"success\"}[5m]) > 0",
        ],
    );
    // The volumes' operations and the mounts' have no value in common.
    wrong(
        "never-matches",
        "`clone`, `create`, `delete`, `expand` on the left and `mount`, `unmount` on the right",
        &["rate(CALLS[5m]) / rate(MOUNTS[5m]) > 1"],
    );
    wrong(
        "never-matches",
        "nothing is ever removed",
        &["rate(CALLS{status=\"failure\"}[5m]) > 0 unless rate(CALLS{status=\"success\"}[5m]) > 0"],
    );
    right(&[
        "rate(CALLS{status=\"failure\"}[5m]) / ignoring (status) rate(CALLS{status=\"success\"}[5m]) > 1",
        "increase(CALLS{status=\"failure\"}[5m]) > 0 or increase(CALLS{status=\"success\"}[5m]) > 0",
        "sum by (status) (rate(CALLS[5m])) / sum by (status) (rate(MOUNTS[5m])) > 1",
        "rate(CALLS{operation=~\"create|delete\"}[5m]) > 0 and rate(CALLS{operation=~\"delete|clone\"}[5m]) > 1",
    ]);
}

#[test]
fn matchers_that_contradict_each_other() {
    wrong(
        "contradiction",
        "of `status` contradict each other",
        &[
            "increase(CALLS{status=\"failure\",status=\"success\"}[5m]) > 0",
            "increase(CALLS{status=\"failure\",status!=\"failure\"}[5m]) > 0",
            "increase(CALLS{status=~\"failure|success\",status!~\"f.*\",status!~\"s.*\"}[5m]) > 0",
        ],
    );
    wrong("contradiction", "of `pod`", &["increase(CALLS{pod=\"a\",pod=~\"b.*\"}[5m]) > 0"]);
    right(&[
        "increase(CALLS{status=~\".+\",status!=\"failure\"}[5m]) > 0",
        "increase(CALLS{pod=~\"a.*\",pod!~\"ab.*\"}[5m]) > 0",
        "increase(CALLS{pod=~\"a|b\",pod!=\"a\"}[5m]) > 0",
    ]);
}

#[test]
fn rates_of_rates() {
    wrong(
        "rate-of-rate",
        "reads each decrease of the rate as a reset",
        &[
            "increase(rate(CALLS[5m])[1h:]) > 1",
            "sum(rate(sum(rate(CALLS[5m]))[1h:1m])) > 1",
            "increase(irate(CALLS[1m])[1h:]) > 1",
        ],
    );
    right(&[
        "max_over_time(sum(rate(CALLS[5m]))[1h:]) > 1",
        "deriv(sum(rate(CALLS[5m]))[1h:]) > 1",
        "avg_over_time(rate(CALLS[5m])[1d:5m]) > 1",
    ]);
}

#[test]
fn quantiles_outside_of_their_range() {
    wrong(
        "quantile-range",
        "is a number from 0 to 1: 0.95",
        &[
            "histogram_quantile(95, sum by (le) (rate(BUCKET[5m]))) > 1",
            "quantile(95, GAUGE) > 1",
            "quantile_over_time(95, GAUGE[5m]) > 1",
        ],
    );
    wrong("quantile-range", "is always -Inf", &["quantile(-0.5, GAUGE) > 1"]);
    right(&[
        "histogram_quantile(1, sum by (le) (rate(BUCKET[5m]))) > 1",
        "quantile(0, GAUGE) > 1",
        "quantile_over_time(0.5, GAUGE[5m]) > 1",
    ]);
}

#[test]
fn quantiles_without_a_rate() {
    wrong(
        "quantile-without-rate",
        "since the start of each process",
        &["histogram_quantile(0.9, BUCKET) > 1", "histogram_quantile(0.9, sum by (le) (BUCKET)) > 1"],
    );
    right(&[
        "histogram_quantile(0.9, sum by (le) (increase(BUCKET[1h]))) > 1",
        "histogram_quantile(0.9, rate(BUCKET[1h])) > 1",
    ]);
}

#[test]
fn conditions_that_return_a_boolean() {
    wrong(
        "bool-in-alert",
        "an alert fires for both; write `>` without `bool`",
        &["GAUGE > bool 5", "(GAUGE > bool 5)", "GAUGE > bool 5 and GAUGE < 100", "up == 0 or GAUGE > bool 5"],
    );
    right(&["sum(GAUGE > bool 5) > 2", "(GAUGE > bool 5) * GAUGE > 1", "(GAUGE > bool 5) == 1"]);
}

#[test]
fn counters_that_an_alert_compares_as_they_are() {
    wrong(
        "raw-counter",
        "fires until the process restarts",
        &["CALLS > 10", "sum(CALLS{status=\"failure\"}) >= 5", "100 < CALLS", "up == 0 or CALLS > 10"],
    );
    right(&[
        "increase(CALLS[1h]) > 10",
        "GAUGE > 10",
        // Whether it ever happened, and what is true only together with something else.
        "CALLS{status=\"failure\"} > 0",
        "CALLS > 10 and increase(CALLS[5m]) > 0",
        "CALLS{status=\"failure\"} / ignoring (status) CALLS{status=\"success\"} > 0.5",
        "changes(CALLS[5m]) > 10",
    ]);
    // A panel may show the count since the start.
    assert_eq!(lint("storage-driver", "q.md", &filled("```promql\nCALLS > 10\n```\n")), []);
}

#[test]
fn idle_series_that_only_count_together_with_others() {
    wrong(
        "zero-of-each-series",
        "aggregate first",
        &["rate(CALLS[5m]) == 0", "0 == rate(CALLS[5m])", "up == 0 or rate(CALLS[5m]) == 0"],
    );
    right(&["rate(CALLS{status=\"success\"}[5m]) == 0 and ignoring (status) rate(CALLS{status=\"failure\"}[5m]) > 0"]);
}

#[test]
fn scalars_of_several_series() {
    wrong("scalar-of-many", "which differ in `operation`", &["GAUGE > scalar(sum by (operation) (rate(CALLS[5m])))"]);
    wrong("scalar-of-many", "which differ in `operation`, `status`", &["GAUGE > scalar(CALLS)"]);
    right(&[
        "GAUGE > scalar(sum(rate(CALLS[5m])))",
        "GAUGE > scalar(GAUGE)",
        "GAUGE > scalar(CALLS{operation=\"create\",status=\"failure\"})",
        "GAUGE > scalar(topk(1, CALLS))",
        "GAUGE > scalar(CALLS == 3)",
    ]);
}

#[test]
fn source_labels_of_label_functions() {
    wrong(
        "unknown-label",
        "the argument of `label_replace` has no label `operaton`",
        &["label_replace(rate(CALLS[5m]), \"kind\", \"$1\", \"operaton\", \"(.*)\") > 1"],
    );
    wrong(
        "unknown-label",
        "the argument of `label_join` has no label `operaton`",
        &["label_join(rate(CALLS[5m]), \"both\", \"-\", \"operaton\", \"status\") > 1"],
    );
    right(&[
        "label_replace(rate(CALLS[5m]), \"kind\", \"$1\", \"operation\", \"(.*)\") > 1",
        "label_replace(rate(CALLS[5m]), \"kind\", \"fixed\", \"\", \"\") > 1",
        "label_replace(rate(CALLS[5m]), \"kind\", \"fixed\", \"nothing\", \".*\") > 1",
        "label_replace(rate(CALLS[5m]), \"host\", \"$1\", \"instance\", \"(.*):.*\") > 1",
        "sum by (kind) (label_replace(rate(CALLS[5m]), \"kind\", \"$1\", \"operation\", \"(.*)\")) > 1",
        "label_join(rate(CALLS[5m]), \"both\", \"-\", \"operation\", \"status\") > 1",
    ]);
}

#[test]
fn differences_of_counters() {
    wrong(
        "difference-of-counter",
        "use `increase(rds_csi_volume_operations_total[..])`",
        &["CALLS - CALLS offset 5m > 10", "sum(CALLS) - sum(CALLS offset 1h) > 10"],
    );
    right(&["GAUGE - GAUGE offset 5m > 10", "increase(CALLS[5m]) - increase(CALLS[5m] offset 1d) > 10"]);
}

#[test]
fn native_histograms_by_their_name() {
    let family = "rds_csi_volume_operation_duration_seconds";
    right(&[
        &format!("histogram_quantile(0.9, rate({family}[5m])) > 1"),
        &format!("histogram_quantile(0.9, sum by (operation) (rate({family}[5m]))) > 1"),
        &format!("histogram_count(rate({family}[5m])) > 1"),
        &format!("histogram_sum(rate({family}[5m])) / histogram_count(rate({family}[5m])) > 1"),
        &format!("histogram_fraction(0, 0.5, sum(rate({family}[5m]))) < 0.9"),
    ]);
    wrong(
        "unknown-metric",
        "has no series of its name",
        &[
            &format!("{family} > 1"),
            &format!("rate({family}[5m]) > 1"),
            &format!("max({family}) > 1"),
            &format!("sum(rate({family}[5m]))"),
        ],
    );
    wrong(
        "unknown-label",
        "did you mean `operation`?",
        &[&format!("histogram_quantile(0.9, sum by (operaton) (rate({family}[5m]))) > 1")],
    );
}

#[test]
fn own_metrics_and_those_of_the_process() {
    right(&[
        "increase(metrics_instrumented_rejected_metrics_total{reason!=\"\"}[1h]) > 0",
        "histogram_quantile(0.9, sum by (le) (rate(metrics_instrumented_scrape_duration_seconds_bucket[5m]))) > 1",
        "rate(process_cpu_seconds_total{team=\"storage\"}[5m]) > 0.9",
        "process_open_fds / process_max_fds > 0.8",
    ]);
    wrong(
        "unknown-label",
        "`metrics_instrumented_collector_up`",
        &["metrics_instrumented_collector_up{colector=\"x\"} == 0"],
    );
    wrong("rate-on-gauge", "`process_open_fds` is a gauge", &["rate(process_open_fds[5m]) > 1"]);
}
