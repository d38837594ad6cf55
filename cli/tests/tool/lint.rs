//! What the linter finds, rule by rule, and what it leaves alone.

mod files;
mod grafana;
mod large;
mod mistakes;
mod presence;
mod servers;

use crate::support::{Folder, declarations, lint, lint_alert, only, rules, run};

const CALLS: &str = "rds_csi_volume_operations_total";
const BUCKET: &str = "rds_csi_volume_operation_duration_seconds_bucket";

fn alert(expr: &str) -> Vec<crate::support::Found> {
    lint_alert("storage-driver", expr)
}

#[test]
fn unknown_metrics_with_the_nearest_name() {
    only(
        &alert("rds_csi_volume_operation_total > 0"),
        "unknown-metric",
        "did you mean `rds_csi_volume_operations_total`?",
    );
    only(&alert("rds_csi_volume_operations > 0"), "unknown-metric", "the counter is `rds_csi_volume_operations_total`");
    only(&alert("rds_csi_volume_operation_duration_seconds > 1"), "unknown-metric", "_bucket`, `");
    only(&alert(r#"{__name__="rds_csi_nothing"}"#), "unknown-metric", "`rds_csi_nothing`");
}

#[test]
fn unknown_labels_in_matchers_and_groups() {
    only(&alert(&format!("{CALLS}{{operaton=\"create\"}} > 0")), "unknown-label", "did you mean `operation`?");
    only(&alert(&format!("sum by (operaton) ({CALLS}) > 0")), "unknown-label", "did you mean `operation`?");
    only(&alert(&format!("sum without (state) ({CALLS}) > 0")), "unknown-label", "has no label `state`");
    only(
        &alert("sum by (operation) (sum by (status) (rds_csi_mount_operations_total)) > 0"),
        "unknown-label",
        "`operation`",
    );
    only(&alert("rds_csi_nvme_connections_active{status=\"up\"}"), "unknown-label", "none of its own");
    let connects = "sum by (status) (rds_csi_nvme_connects_total)";
    let words = "the right side of `==` has no label `status`";
    only(&alert(&format!("{connects} == on (status) sum(up)")), "unknown-label", words);
    assert!(alert(&format!("sum by (job, instance, namespace) ({CALLS}{{pod=\"x\"}}) > 0")).is_empty());
}

#[test]
fn unknown_values_of_closed_labels() {
    only(&alert(&format!("{CALLS}{{status=\"failed\"}} > 0")), "unknown-value", "did you mean `failure`?");
    only(&alert(&format!("{CALLS}{{status!=\"succes\"}} > 0")), "unknown-value", "did you mean `success`?");
    only(
        &alert(&format!("{CALLS}{{operation=~\"create|destroy\"}} > 0")),
        "unknown-value",
        "`operation` is never `destroy`",
    );
    only(
        &alert(&format!("{CALLS}{{operation=~\"mig.*\"}} > 0")),
        "unknown-value",
        "never `mig.*`; it is one of `create`, `delete`, `expand`, `clone`",
    );
    assert!(alert(&format!("{CALLS}{{operation=~\"create|del.*\",status!~\"succ.+\"}} > 0")).is_empty());
    // Values from outside are not known, and facts differ from build to build.
    assert!(lint_alert("vm-manager", r#"virtrigaud_vsphere_sessions_total{datacenter="any"} > 0"#).is_empty());
    assert!(lint_alert("vm-manager", r#"virtrigaud_build_info{version="1.2.3"} > 0"#).is_empty());
}

#[test]
fn missing_buckets() {
    only(
        &alert(&format!("{BUCKET}{{le=\"0.3\"}} > 0")),
        "unknown-bucket",
        "it has 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, +Inf",
    );
    only(&alert(&format!("{BUCKET}{{le=~\"0.1|2\"}} > 0")), "unknown-bucket", "no bucket `2`");
    for there in [r#"le="0.25""#, r#"le="1""#, r#"le="1.0""#, r#"le="+Inf""#, r#"le=~"1(\\.0)?""#, r#"le=~"1[.]0""#] {
        assert_eq!(alert(&format!("{BUCKET}{{{there}}} > 0")), [], "{there}");
    }
}

#[test]
fn functions_for_the_other_kind() {
    for function in ["rate", "irate", "increase", "resets"] {
        only(
            &alert(&format!("{function}(rds_csi_nvme_connections_active[5m]) > 0")),
            "rate-on-gauge",
            "use `delta` or `deriv`",
        );
    }
    only(&alert(&format!("delta({CALLS}[5m]) > 0")), "delta-on-counter", "use `rate` or `increase`");
    only(&alert(&format!("rate(sum({CALLS})[5m:]) > 0")), "rate-after-sum", "sum the `rate` instead");
    assert!(alert("delta(rds_csi_nvme_connections_active[5m]) > 0").is_empty());
    assert!(alert(&format!("max_over_time(sum(rate({CALLS}[5m]))[1h:]) > 0")).is_empty());
}

#[test]
fn quantiles_of_series_without_buckets() {
    let quantile = |of: &str| alert(&format!("histogram_quantile(0.9, {of}) > 1"));
    only(&quantile(&format!("sum by (operation) (rate({BUCKET}[5m]))")), "quantile-without-le", "keep `le`");
    only(&quantile(&format!("sum(rate({BUCKET}[5m]))")), "quantile-without-le", "keep `le`");
    only(
        &quantile("rate(rds_csi_volume_operation_duration_seconds_sum[5m])"),
        "quantile-without-le",
        "use the `_bucket`",
    );
    assert!(quantile(&format!("sum by (le) (rate({BUCKET}[5m]))")).is_empty());
    assert!(quantile(&format!("sum without (operation) (rate({BUCKET}[5m]))")).is_empty());
}

#[test]
fn operators_whose_sides_never_match() {
    let mounts = "rds_csi_mount_operations_total";
    only(
        &alert(&format!("sum by (status) (rate({mounts}[5m])) / sum(rate({mounts}[5m]))")),
        "never-matches",
        "`status` is only on the left",
    );
    only(
        &alert(&format!("rate({mounts}[5m]) / sum by (operation, status) (rate({mounts}[5m]))")),
        "never-matches",
        "`job` and `instance` are only on the left",
    );
    only(&alert(&format!("sum({mounts}) unless {mounts}")), "never-matches", "nothing is ever removed");
    only(
        &alert(&format!("sum by (status) ({mounts}{{status=\"failure\"}}) / sum by (status) ({mounts})")),
        "always-one",
        "aggregate both sides",
    );
    assert!(alert(&format!("sum by (job) ({mounts}{{status=\"failure\"}}) / sum by (job) ({mounts})")).is_empty());
    assert!(
        alert(&format!("{mounts}{{status=\"failure\"}} / ignoring (status) sum without (status) ({mounts})"))
            .is_empty()
    );
    assert!(alert("up == 1 unless on (job, instance) rds_csi_nvme_connections_active").is_empty());
}

#[test]
fn a_ratio_to_another_time_range_or_function_is_not_always_one() {
    for other in ["rate(X[5m] offset 1w)", "rate(X[1h])", "increase(X[5m])"] {
        let other = other.replace('X', CALLS);
        assert_eq!(alert(&format!("rate({CALLS}[5m]) / {other} > 2")), [], "{other}");
    }
    only(
        &alert(&format!("rate({CALLS}{{status=\"failure\"}}[5m]) / rate({CALLS}[5m])")),
        "always-one",
        "divided by itself",
    );
}

#[test]
fn facts_of_the_build_are_joined() {
    let join = "rds_csi_nvme_connections_active * on (job, instance) group_left (version) build_info";
    assert_eq!(alert(join), []);
    assert_eq!(alert(&format!("sum by (version) ({join}) > 1")), []);
}

#[test]
fn several_series_that_match_one() {
    let mounts = "rds_csi_mount_operations_total";
    only(
        &alert(&format!("{mounts} / on (operation) sum by (operation) ({mounts})")),
        "many-matches",
        "the left side has several series for each match, by `status`",
    );
    assert!(alert(&format!("{mounts} / on (operation) group_left sum by (operation) ({mounts})")).is_empty());
    assert!(
        alert(&format!("{mounts}{{status=\"failure\"}} / on (operation) sum by (operation) ({mounts})")).is_empty()
    );
}

#[test]
fn templates_with_labels_that_the_alert_does_not_have() {
    let text = |label: &str| {
        format!(
            "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: sum by (job) (increase({CALLS}[1h])) > 1\n    annotations:\n      summary: '{{{{ $labels.{label} }}}} is bad'\n"
        )
    };
    let found = lint("storage-driver", "rules.yml", &text("operation"));
    only(&found, "template-label", "`$labels.operation` is always empty: the alert has `job`");
    assert_eq!((found[0].line, found[0].column), (7, 20));
    assert!(lint("storage-driver", "rules.yml", &text("job")).is_empty());
}

#[test]
fn recorded_metrics_are_known_in_all_files_with_their_labels() {
    let folder = Folder::new();
    let records = folder.file(
        "records.yaml",
        &format!(
            "groups:\n- name: g\n  rules:\n  - record: job:calls:rate5m\n    expr: sum by (job) (rate({CALLS}[5m]))\n"
        ),
    );
    let used = |expr: &str| {
        folder.file("alerts.yaml", &format!("groups:\n- name: g\n  rules:\n  - alert: A\n    expr: {expr}\n"))
    };
    let lint = |alerts: &str| run(&["lint", "--catalog", &declarations("storage-driver"), alerts, &records]);
    assert_eq!(lint(&used("job:calls:rate5m > 1")).code, 0);
    let found = lint(&used("sum by (operation) (job:calls:rate5m) > 1"));
    assert!(
        found.stdout.contains("error[unknown-label]: `job:calls:rate5m` has no label `operation`, it has `job`"),
        "{found:?}"
    );
    let found = lint(&used("rate(job:calls:rate5m[5m]) > 1"));
    assert!(found.stdout.contains("error[rate-on-gauge]"), "{found:?}");
}

#[test]
fn metrics_of_other_programs_are_allowed_by_name() {
    let folder = Folder::new();
    let file = folder.file("q.md", "```promql\nnode_load1 > 1\n\nkube_pod_info\n```\n");
    let lint = |more: &[&str]| {
        let catalogue = declarations("storage-driver");
        run(&[&["lint", "--catalog", &catalogue, &file], more].concat())
    };
    assert_eq!(lint(&[]).stdout.matches("unknown-metric").count(), 2);
    assert_eq!(lint(&["--allow", "node_*"]).stdout.matches("unknown-metric").count(), 1);
    assert_eq!(lint(&["--allow", "node_*", "--allow", "kube_pod_info"]).code, 0);
}

#[test]
fn variables_of_grafana_match_anything() {
    let text = r#"{ "panels": [{ "type": "timeseries", "title": "T", "datasource": { "uid": "x" },
  "fieldConfig": { "defaults": { "unit": "s" } },
  "targets": [{ "legendFormat": "x", "expr": "sum by ($by) (rate(rds_csi_volume_operations_total{operation=~\"${op:regex}\",status=\"[[status]]\"}[$__rate_interval]))" }] }] }"#;
    assert_eq!(lint("storage-driver", "d.json", text), []);
    let wrong = text.replace("operation=~", "operaton=~");
    only(&lint("storage-driver", "d.json", &wrong), "unknown-label", "`operaton`");
}

#[test]
fn a_prometheus_rule_of_the_operator_and_rules_in_markdown() {
    let rules = "  groups:\n  - name: g\n    rules:\n    - alert: A\n      expr: rds_csi_nothing > 0\n";
    let custom =
        format!("apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: x\nspec:\n{rules}");
    assert_eq!(lint("storage-driver", "rule.yaml", &custom)[0].line, 10);
    let plain = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: rds_csi_nothing > 0\n";
    let found = lint("storage-driver", "page.md", &format!("# Alerts\n\n```yaml\n{plain}```\n"));
    only(&found, "unknown-metric", "rds_csi_nothing");
    assert_eq!(found[0].line, 8);
    assert!(lint("storage-driver", "page.md", "```yaml\nkind: Deployment\n```\n").is_empty());
}

#[test]
fn files_that_are_not_what_they_should_be() {
    only(&lint("storage-driver", "a.yaml", "groups: [\n"), "file", "not valid YAML");
    only(
        &lint("storage-driver", "a.yaml", "kind: Deployment\n"),
        "file",
        "unrecognised file: expected Prometheus rules",
    );
    only(&lint("storage-driver", "a.yaml", "groups:\n- rules:\n  - alert: A\n"), "file", "the rule has no `expr`");
    let both = "groups:\n- rules:\n  - alert: A\n    record: b\n    expr: up\n";
    only(&lint("storage-driver", "a.yaml", both), "file", "either `record` or `alert`");
}

#[test]
fn metrics_in_the_text_of_pages_exist() {
    let text = "Watch `rds_csi_orphans_cleaned_total` and `rds_csi_orphan_cleaned_total{}`.\n\n```sh\necho `rds_csi_nothing_total`\n```\n\n\
                What `rds_csi_volume_operation_duration_seconds_count` counts, `rds_csi_migration_seconds` does not.\n";
    let found = lint("storage-driver", "runbook.md", text);
    assert_eq!(rules(&found), ["unknown-name", "unknown-name"], "{found:#?}");
    assert_eq!((found[0].line, found[0].column), (1, 44));
    assert!(found[0].message.contains("did you mean `rds_csi_orphans_cleaned_total`?"), "{found:#?}");
    assert_eq!((found[1].line, found[1].column), (7, 65));
}

/// Operations, beginnings that families share, labels, metrics of others, whatever else stands between backticks.
#[test]
fn other_words_in_text_are_ignored() {
    let text = "`rds_csi_volume_operations`, `rds_csi_`, `rds_csi_migration_`, `node_cpu_seconds_total`, `build_seconds`, `rds_csi_socket`, \
                `RDS_CSI_TOTAL`, `operation`, `rds_csi:total`, `a rds_csi_x_total`, `` rds_csi_y_total ``, ` rds_csi_z_total `\n";
    assert_eq!(lint("storage-driver", "runbook.md", text), []);
}

#[test]
fn no_page_of_this_repository_mentions_an_unknown_metric() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tool is in the workspace");
    let mut pages = Vec::new();
    for folder in ["", "docs", "examples", "cli", "runtime", "runtime/docs", "examples/storage-driver/docs"] {
        let entries = std::fs::read_dir(root.join(folder)).expect("a folder").flatten();
        let paths = entries.map(|entry| entry.path());
        pages.extend(paths.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
    }
    assert!(pages.len() > 8, "{pages:?}");
    for program in crate::support::PROGRAMS {
        for page in &pages {
            let arguments =
                ["lint", "--format", "json", "--catalog", &declarations(program), &page.display().to_string()];
            let said = run(&arguments).stdout;
            assert!(!said.contains("unknown-name"), "{}: {said}", page.display());
        }
    }
}
