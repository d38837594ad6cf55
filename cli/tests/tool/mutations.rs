//! The linter on what the tool itself writes: nothing. On a copy with one mistake in it: exactly that.

use crate::support::{Folder, declarations, example, good, lint, run};

/// What is changed, to what, and what the linter says of it.
struct Mutation {
    from: &'static str,
    to: &'static str,
    rule: &'static str,
}

const fn mutation(from: &'static str, to: &'static str, rule: &'static str) -> Mutation {
    Mutation { from, to, rule }
}

const RULES: &[Mutation] = &[
    mutation(
        "rds_csi_volume_operations_total{status=\"failure\"}",
        "rds_csi_volume_operation_total{status=\"failure\"}",
        "unknown-metric",
    ),
    mutation(
        "rds_csi_mount_operations_total{status=\"failure\"}",
        "rds_csi_mount_operations_total{state=\"failure\"}",
        "unknown-label",
    ),
    mutation(
        "rds_csi_mount_operations_total{status=\"failure\"}",
        "rds_csi_mount_operations_total{status=\"failed\"}",
        "unknown-value",
    ),
    mutation("sum by (le, job, operation)", "sum by (job, operation)", "quantile-without-le"),
    mutation("le=\"2.5\"", "le=\"2\"", "unknown-bucket"),
    mutation(
        "rds_csi_mount_operations:error_ratio_rate5m > 0.1",
        "rds_csi_mount_operations:error_ratio_rate6m > 0.1",
        "unknown-metric",
    ),
    mutation(
        "sum by (job, operation) (rate(rds_csi_volume_operations_total[5m]))\"\n        record",
        "sum by (job, operation) (rate(rds_csi_volume_operations_total[5m])\"\n        record",
        "syntax",
    ),
    mutation(
        "sum by (job) (rate(rds_csi_nvme_connects_total[5m]))\"\n        record",
        "rds_csi_nvme_connects_total[5m]\"\n        record",
        "range-vector",
    ),
    mutation(
        "          /\n          sum by (job) (rate(rds_csi_nvme_connects_total[5m]))",
        "          /\n          sum(rate(rds_csi_nvme_connects_total[5m]))",
        "never-matches",
    ),
    mutation("operation {{ $labels.operation }} fail", "operation {{ $labels.operations }} fail", "template-label"),
    mutation(
        "sum by (job) (increase(rds_csi_stale_recoveries_total[10m])) == 0",
        "increase(rds_csi_stale_recoveries_total[10m]) == 0",
        "zero-of-each-series",
    ),
    mutation(
        "sum by (job) (rds_csi_migration_active_migrations) > 100",
        "sum by (job) (rate(rds_csi_migration_active_migrations[5m])) > 100",
        "rate-on-gauge",
    ),
];

const DASHBOARD: &[Mutation] = &[
    mutation("sum(rds_csi_nvme_connections_active{", "sum(rds_csi_nvme_connection_active{", "unknown-metric"),
    mutation(
        "sum by (operation) (rate(rds_csi_volume_operations_total{job=~\\\"$job\\\",instance=~\\\"$instance\\\"}[$__rate_interval]))\"",
        "sum by (operations) (rate(rds_csi_volume_operations_total{job=~\\\"$job\\\",instance=~\\\"$instance\\\"}[$__rate_interval]))\"",
        "unknown-label",
    ),
    mutation("status=\\\"failure\\\"", "status=\\\"fail\\\"", "unknown-value"),
    mutation("\"legendFormat\": \"{{operation}}\"", "\"legendFormat\": \"\"", "panel-legend"),
    mutation("\"unit\": \"reqps\"", "\"unit\": \"\"", "panel-unit"),
    mutation("sum by (le) (increase(", "sum by (le) increase(((", "syntax"),
];

const PAGE: &[Mutation] = &[
    mutation(
        "sum by (operation) (rate(rds_csi_mount_operations_total[5m]))\n```",
        "sum by (operation) (rate(rds_csi_mounts_total[5m]))\n```",
        "unknown-metric",
    ),
    mutation("histogram_quantile(0.5, sum by (le) (", "histogram_quantile(0.5, sum (", "quantile-without-le"),
    mutation(
        "rds_csi_migration_migrations_total{result=~\"failed|timeout\"}",
        "rds_csi_migration_migrations_total{result=~\"failed|timedout\"}",
        "unknown-value",
    ),
];

#[test]
fn the_output_of_the_tool_has_no_findings() {
    for program in crate::support::PROGRAMS {
        let folder = Folder::new();
        let (catalogue, config) = (declarations(program), example(program, "metrics-instrumented.yaml"));
        let files = [
            folder.file("metrics.md", &good(&["docs", &catalogue])),
            folder.file("rules.yaml", &good(&["rules", &catalogue, "--config", &config])),
            folder.file("custom.yaml", &good(&["rules", &catalogue, "--kind", "kubernetes"])),
            folder.file("dashboard.json", &good(&["dashboard", &catalogue])),
            folder.file("scrape.yaml", &good(&["scrape-config", &catalogue])),
        ];
        let mut arguments = vec!["lint", "--strict", "--catalog", &catalogue];
        arguments.extend(files.iter().map(String::as_str));
        let run = run(&arguments);
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{program}: {run:?}");
    }
}

#[test]
fn a_mistake_in_rules_is_the_only_finding() {
    let config = example("storage-driver", "metrics-instrumented.yaml");
    each("rules.yaml", &good(&["rules", &declarations("storage-driver"), "--config", &config, "--all-alerts"]), RULES);
}

#[test]
fn a_mistake_in_a_dashboard_is_the_only_finding() {
    each("dashboard.json", &good(&["dashboard", &declarations("storage-driver")]), DASHBOARD);
}

#[test]
fn a_mistake_in_a_page_is_the_only_finding() {
    each("metrics.md", &good(&["docs", &declarations("storage-driver")]), PAGE);
}

fn each(name: &str, text: &str, mutations: &[Mutation]) {
    for Mutation { from, to, rule } in mutations {
        let at = text.find(from).unwrap_or_else(|| panic!("`{from}` is not in {name}:\n{text}"));
        let mutated = text.replacen(from, to, 1);
        let found = lint("storage-driver", name, &mutated);
        let rules: Vec<_> = found.iter().map(|one| one.rule.as_str()).collect();
        assert_eq!(rules, [*rule], "`{from}` became `{to}`: {found:#?}");
        // Where it is changed, or where what it belongs to begins.
        let line = text[..at].lines().count() as u64;
        // What a panel lacks is told at its title, below its queries.
        let below = if rule.starts_with("panel-") { 45 } else { 2 };
        let near = line.saturating_sub(12)..=line + below;
        assert!(near.contains(&found[0].line), "`{to}` stands on line {line}: {found:#?}");
    }
}
