//! Dashboards: variables wherever people put them, other data sources, and what panels lack.

use serde_json::{Value, json};

use crate::support::{Found, lint, only, rules};

fn panel(expr: &str) -> Value {
    json!({ "type": "timeseries", "title": "T", "datasource": { "type": "prometheus", "uid": "x" },
        "fieldConfig": { "defaults": { "unit": "s" } }, "targets": [{ "expr": expr, "legendFormat": "x" }] })
}

fn dashboard(panels: &Value) -> Vec<Found> {
    lint("storage-driver", "d.json", &json!({ "panels": panels }).to_string())
}

fn query(expr: &str) -> Vec<Found> {
    dashboard(&json!([panel(expr)]))
}

#[test]
fn variables_match_anything() {
    let gauge = "rds_csi_nvme_connections_active";
    let calls = "rds_csi_volume_operations_total";
    for expr in [
        format!("{gauge} > $threshold"),
        format!("topk($k, {gauge})"),
        format!("{gauge} * 1$zeros"),
        format!("{gauge} * ${{whole}}.5"),
        format!("{gauge} * ${{value}}e3"),
        format!("{gauge} $operator 5"),
        format!("sum({gauge}) $operator sum({gauge} offset 1d)"),
        format!("$function({gauge}[5m])"),
        format!("${{function}}({gauge}[$__range])"),
        format!("$aggregation by (job) ({gauge})"),
        format!("$aggregation({gauge})"),
        format!("${{aggregation}}_over_time({gauge}[5m])"),
        format!("{gauge} @ $time"),
        format!("{gauge} @ ${{__to:date:seconds}}"),
        format!("{gauge} offset $shift"),
        format!("{gauge} offset -${{shift}}"),
        format!("rate({calls}[${{minutes}}m])"),
        format!("rate({calls}[1$unit])"),
        format!("rate({calls}[[[interval]]])"),
        format!("max_over_time({gauge}[${{__range_s}}s:$step])"),
        format!("{gauge}{{job=~\"$job\",instance=~\"(${{instance:pipe}})\"}}"),
        format!("{gauge}{{job=~\"[[job]].*\"}}"),
        format!("{gauge}{{$filters}}"),
        format!("{gauge}{{job=\"x\", $filters}}"),
        format!("{gauge}{{$label=\"x\"}}"),
        format!("{gauge}{{job$matches\"x\"}}"),
        format!("{gauge}{{job=$quoted}}"),
        format!("{gauge}{{job=~\"a\\\\$SYS\"}}"),
        format!("sum by ($labels) ({gauge})"),
        format!("sum by (job, $labels) ({gauge})"),
        format!("{gauge} / on ($labels) {gauge}"),
        "$query".to_owned(),
        "$query or $other".to_owned(),
        "rds_csi_${metric}_total".to_owned(),
        "${prefix}_total{a=\"b\"}".to_owned(),
        "sum(rate($metric[5m]))".to_owned(),
        "$metric{a=\"b\"}".to_owned(),
        format!("label_replace({gauge}, \"a\", \"$1\", \"job\", \"(.*)$suffix\")"),
        format!("{gauge} # of $job"),
    ] {
        assert_eq!(query(&expr), [], "`{expr}`");
    }
    // What surrounds them is still checked.
    only(&query(&format!("sum by (operaton) (rate({calls}[$__rate_interval]))")), "unknown-label", "`operaton`");
    only(&query(&format!("rate({gauge}[${{minutes}}m]) > $threshold")), "rate-on-gauge", "is a gauge");
    only(&query(&format!("sum({gauge} > $threshold")), "syntax", "not PromQL");
}

#[test]
fn variables_exist_in_dashboards_only() {
    let rule = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up == $x\n";
    only(&lint("storage-driver", "r.yaml", rule), "syntax", "not PromQL");
}

#[test]
fn queries_of_other_data_sources_are_ignored() {
    let loki = r#"sum(rate({app="x"} |= "error" | json [5m]))"#;
    let sources = [
        json!({ "type": "loki", "uid": "l" }),
        json!("Loki"),
        json!("Loki (production)"),
        json!({ "uid": "${DS_LOKI}" }),
        json!("${logs}"),
        json!({ "uid": "${logs}" }),
        json!("${DS_LOGS}"),
        json!({ "type": "elasticsearch", "uid": "e" }),
    ];
    for source in sources {
        let mut of_panel = panel(loki);
        of_panel["datasource"] = source.clone();
        let mut of_target = panel(loki);
        of_target["datasource"] = json!({ "type": "datasource", "uid": "-- Mixed --" });
        of_target["targets"][0]["datasource"] = source.clone();
        let text = json!({
            "__inputs": [{ "name": "DS_LOGS", "type": "datasource", "pluginId": "loki" }],
            "templating": { "list": [
                { "type": "datasource", "name": "logs", "query": "loki" },
                { "type": "query", "name": "v", "datasource": source.clone(), "query": "label_values({app=\"x\"} | json, pod)" },
            ] },
            "panels": [of_panel, of_target],
        });
        assert_eq!(lint("storage-driver", "d.json", &text.to_string()), [], "{source}");
    }
    // In one panel, each query is of its own source.
    let mut mixed = panel("rds_csi_nothing");
    mixed["datasource"] = json!({ "type": "datasource", "uid": "-- Mixed --" });
    mixed["targets"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "expr": loki, "datasource": { "type": "loki", "uid": "l" } }));
    mixed["targets"][0]["datasource"] = json!({ "type": "prometheus", "uid": "p" });
    only(&dashboard(&json!([mixed])), "unknown-metric", "rds_csi_nothing");
}

#[test]
fn units_and_names_of_many_forms_are_recognised() {
    let bare = |kind: &str| json!({ "type": kind, "title": "T", "datasource": "x", "targets": [{ "expr": "up" }] });
    assert_eq!(rules(&dashboard(&json!([bare("timeseries")]))), ["panel-legend", "panel-unit"]);
    let with = |kind: &str, key: &str, value: Value| {
        let mut panel = bare(kind);
        panel[key] = value;
        panel
    };
    let unit = json!({ "defaults": { "unit": "s" } });
    for panel in [
        with("stat", "fieldConfig", unit.clone()),
        with("gauge", "fieldConfig", unit.clone()),
        with("table", "fieldConfig", unit),
        with("stat", "fieldConfig", json!({ "overrides": [{ "properties": [{ "id": "unit", "value": "s" }] }] })),
        with("timeseries", "fieldConfig", json!({ "defaults": { "unit": "s", "displayName": "x" } })),
        with(
            "timeseries",
            "fieldConfig",
            json!({ "defaults": { "unit": "s" }, "overrides": [{ "properties": [{ "id": "displayName", "value": "x" }] }] }),
        ),
        with("singlestat", "format", json!("s")),
        with("table-old", "styles", json!([{ "unit": "s" }])),
        with("heatmap", "yAxis", json!({ "format": "s" })),
    ] {
        assert_eq!(dashboard(&json!([panel])), [], "{panel}");
    }
    let graph = with("graph", "yaxes", json!([{ "format": "s" }, { "format": "short" }]));
    assert_eq!(rules(&dashboard(&json!([graph]))), ["panel-legend"]);
}

#[test]
fn library_panels_of_an_export() {
    for elements in [
        json!({ "uid": { "kind": 1, "model": panel("rds_csi_nothing") } }),
        json!([{ "model": panel("rds_csi_nothing") }]),
    ] {
        let text = json!({ "__elements": elements, "panels": [{ "libraryPanel": { "uid": "uid" } }] });
        only(&lint("storage-driver", "d.json", &text.to_string()), "unknown-metric", "rds_csi_nothing");
    }
}

#[test]
fn provisioned_alerts() {
    let text = |expr: &str| {
        format!(
            "apiVersion: 1\ngroups:\n- name: g\n  rules:\n  - title: A\n    condition: B\n    data:\n    - refId: A\n      datasourceUid: p\n      model:\n        expr: {expr}\n    - refId: B\n      datasourceUid: __expr__\n      model:\n        type: threshold\n        expression: A\n"
        )
    };
    assert_eq!(lint("storage-driver", "a.yaml", &text("sum(rds_csi_nvme_connections_active)")), []);
    let found = lint("storage-driver", "a.yaml", &text("sum(rds_csi_nothing)"));
    only(&found, "unknown-metric", "rds_csi_nothing");
    assert_eq!((found[0].line, found[0].column), (11, 19));
    let of_loki = text("'{app=\"x\"} |= \"error\"'")
        .replace("model:\n        expr", "model:\n        datasource: { type: loki }\n        expr");
    assert_eq!(lint("storage-driver", "a.yaml", &of_loki), []);
}
