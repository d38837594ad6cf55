//! Labels that may be there: after `or`, joins, `topk` and functions that write labels; and the templates that name them.

use crate::support::{lint, lint_alert, only};

const CALLS: &str = "increase(rds_csi_volume_operations_total[5m])";
const CONNECTS: &str = "increase(rds_csi_nvme_connects_total[5m])";

fn with_template(expr: &str, label: &str) -> Vec<crate::support::Found> {
    let text = format!(
        "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: '{expr}'\n    annotations:\n      summary: '{{{{ $labels.{label} }}}}'\n"
    );
    lint("storage-driver", "rules.yml", &text)
}

#[test]
fn either_side_of_or_may_have_the_label() {
    assert_eq!(with_template(&format!("up == 0 or {CALLS} > 3"), "operation"), []);
    assert_eq!(with_template(&format!("{CALLS} > 3 or up == 0"), "operation"), []);
    assert_eq!(with_template(&format!("{CALLS} > 3 or sum({CONNECTS}) > 3 or vector(1)"), "operation"), []);
    only(&with_template(&format!("{CALLS} > 3 or {CONNECTS} > 3"), "reason"), "template-label", "`$labels.reason`");
    // What only one side has may be grouped by, matched and joined.
    for expr in [
        format!("sum by (operation) ({CALLS} or {CONNECTS}) > 1"),
        format!("({CALLS} or {CONNECTS}) / {CALLS} > 1"),
        format!("({CALLS} or {CONNECTS}) / {CONNECTS} > 1"),
        format!("{CONNECTS} * ({CONNECTS} or {CALLS}) > 1"),
        format!("({CONNECTS} or {CALLS}) unless {CALLS} > 1"),
        format!("({CALLS} or {CONNECTS}) / on (operation, status) {CALLS} > 1"),
    ] {
        assert_eq!(lint_alert("storage-driver", &expr), [], "{expr}");
    }
    // What neither side has is still unknown, and what both have still decides.
    only(
        &lint_alert("storage-driver", &format!("sum by (reason) ({CALLS} or {CONNECTS}) > 1")),
        "unknown-label",
        "`reason`",
    );
    only(
        &lint_alert("storage-driver", &format!("({CALLS} or {CONNECTS}) / sum by (operation) ({CALLS}) > 1")),
        "never-matches",
        "`status` is only on the left",
    );
}

#[test]
fn topk_keeps_all_labels_and_chooses_series() {
    assert_eq!(with_template(&format!("topk by (operation) (1, {CALLS}) > 3"), "status"), []);
    assert_eq!(with_template(&format!("bottomk(3, {CALLS}) > 3"), "status"), []);
    let ratio = |right: &str| {
        lint_alert("storage-driver", &format!("sum by (operation) ({CALLS}) / on (operation) {right} > 1"))
    };
    assert_eq!(ratio(&format!("topk by (operation) (1, {CALLS})")), []);
    assert_eq!(ratio(&format!("bottomk(1, {CALLS})")), []);
    only(&ratio(CALLS), "many-matches", "by `status`");
    only(&lint_alert("storage-driver", &format!("topk by (reason) (1, {CALLS}) > 1")), "unknown-label", "`reason`");
}

#[test]
fn joined_labels_may_be_missing_and_add_no_series() {
    let join = format!("{CALLS} * on (job, instance) group_left (version) build_info");
    assert_eq!(with_template(&format!("{join} > 1"), "version"), []);
    for expr in [
        format!("sum by (version) ({join}) > 1"),
        format!("sum by (operation, version) ({join}) / on (operation) group_left sum by (operation) ({CALLS}) > 1"),
        format!("({join} or {CALLS}) / ignoring (version) {CALLS} > 1"),
    ] {
        assert_eq!(lint_alert("storage-driver", &expr), [], "{expr}");
    }
    // For info metrics of other programs, it is unknown which labels determine which.
    let foreign =
        "```promql\nsum by (node, pod) (kube_a) * on (pod) group_left (team) max by (pod, team) (kube_b)\n```\n";
    let folder = crate::support::Folder::new();
    let file = folder.file("q.md", foreign);
    let catalogue = crate::support::declarations("storage-driver");
    assert_eq!(crate::support::run(&["lint", "--catalog", &catalogue, "--allow", "kube_*", &file]).code, 0);
}

#[test]
fn created_labels_are_known_and_removed_ones_are_not() {
    assert_eq!(
        with_template(&format!("label_replace({CALLS}, \"kind\", \"$1\", \"operation\", \"(.*)\") > 1"), "kind"),
        []
    );
    assert_eq!(with_template("absent(rds_csi_nvme_connections_active{pod=\"a\"})", "pod"), []);
    only(&with_template("absent(rds_csi_nvme_connections_active{pod=~\"a\"})", "pod"), "template-label", "no labels");
    only(
        &with_template(&format!("sum without (status) ({CALLS}) > 1"), "status"),
        "template-label",
        "`$labels.status`",
    );
    assert_eq!(with_template(&format!("sum without (status) ({CALLS}) > 1"), "instance"), []);
    only(
        &with_template(&format!("sum without (instance) ({CALLS}) > 1"), "instance"),
        "template-label",
        "`$labels.instance`",
    );
}

#[test]
fn several_rules_may_record_one_name() {
    let record = |expr: &str| format!("  - record: all:calls\n    expr: {expr}\n");
    let text = |expr: &str| {
        let records =
            record(&format!("sum by (operation) ({CALLS})")) + &record(&format!("sum by (status) ({CONNECTS})"));
        format!("groups:\n- name: g\n  rules:\n{records}  - alert: A\n    expr: {expr}\n")
    };
    assert_eq!(lint("storage-driver", "r.yaml", &text("sum by (operation) (all:calls) > 1")), []);
    assert_eq!(lint("storage-driver", "r.yaml", &text("sum by (status) (all:calls) > 1")), []);
    only(&lint("storage-driver", "r.yaml", &text("sum by (reason) (all:calls) > 1")), "unknown-label", "`reason`");
}

#[test]
fn labels_in_every_spelling_of_a_template() {
    let text = |template: &str| {
        let expr = format!("sum by (job) ({CALLS}) > 1");
        format!(
            "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: {expr}\n    annotations:\n      summary: |-\n        {template}\n"
        )
    };
    for template in [
        "{{ $labels.operation }}",
        "{{ .Labels.operation }}",
        "{{ index $labels \"operation\" }}",
        "{{ index .Labels \"operation\" }}",
        "{{ if eq $labels.operation \"create\" }}x{{ end }}",
        "{{- $labels.operation | toUpper -}}",
        "{{ range query \"up\" }}{{ $labels.operation }}{{ end }}",
    ] {
        let found = lint("storage-driver", "rules.yml", &text(template));
        only(&found, "template-label", "is always empty: the alert has `job`");
        assert_eq!(found[0].line, 8, "{template}");
    }
    for template in [
        "{{ $labels.job }}",
        "{{ .Labels.job }} {{ index $labels \"job\" }}",
        "{{ range query \"up\" }}{{ .Labels.operation }}{{ end }}",
        "{{ with query \"up\" }}{{ (. | first).Labels.operation }}{{ end }}",
        "{{ $externalLabels.operation }} and $labels.operation in a sentence",
    ] {
        assert_eq!(lint("storage-driver", "rules.yml", &text(template)), [], "{template}");
    }
}
