//! Dashboards.

use serde_json::Value;

use crate::support::{declarations, example, good, run};

fn dashboard(program: &str) -> Value {
    serde_json::from_str(&good(&["dashboard", &declarations(program)])).expect("JSON")
}

fn panels(dashboard: &Value) -> Vec<&Value> {
    dashboard["panels"].as_array().expect("panels").iter().collect()
}

#[test]
fn the_examples_dashboards_are_what_the_tool_writes() {
    for program in crate::support::PROGRAMS {
        let (file, config) = (example(program, "docs/dashboard.json"), example(program, "metrics-instrumented.yaml"));
        let run = run(&["dashboard", &declarations(program), "--config", &config, "--check", &file]);
        assert_eq!(run.code, 0, "{}run `scripts/documents`", run.stderr);
    }
}

#[test]
fn an_operation_has_rate_errors_durations_in_flight_and_the_oldest_call() {
    let dashboard = dashboard("storage-driver");
    let of_migrations: Vec<(&str, &str)> = panels(&dashboard)
        .into_iter()
        .filter(|panel| panel["title"].as_str().unwrap().ends_with(": rds_csi_migration_migrations"))
        .map(|panel| (panel["type"].as_str().unwrap(), panel["fieldConfig"]["defaults"]["unit"].as_str().unwrap()))
        .collect();
    assert_eq!(
        of_migrations,
        [
            ("timeseries", "reqps"),
            ("timeseries", "percentunit"),
            ("timeseries", "s"),
            ("heatmap", "s"),
            ("timeseries", "short"),
            ("timeseries", "s")
        ]
    );
}

#[test]
fn every_family_is_on_the_page() {
    for program in crate::support::PROGRAMS {
        let text = dashboard(program).to_string();
        for family in crate::support::catalogue(program)["families"].as_array().unwrap() {
            // Errors by kind have no panel of an operation: two operations may share them.
            let name = family["name"].as_str().unwrap();
            assert!(text.contains(name), "{program}: {name}");
        }
    }
}

#[test]
fn panels_do_not_overlap_and_have_a_selectable_data_source() {
    let dashboard = dashboard("orchestrator");
    let mut taken = std::collections::BTreeSet::new();
    for panel in panels(&dashboard) {
        let place = |key: &str| panel["gridPos"][key].as_u64().unwrap();
        for x in place("x")..place("x") + place("w") {
            for y in place("y")..place("y") + place("h") {
                assert!(x < 24 && taken.insert((x, y)), "{panel}");
            }
        }
        if panel["type"] != "row" {
            assert_eq!(panel["datasource"]["uid"], "${datasource}", "{panel}");
        }
    }
    let ids: std::collections::BTreeSet<u64> =
        panels(&dashboard).iter().map(|panel| panel["id"].as_u64().unwrap()).collect();
    assert_eq!(ids.len(), panels(&dashboard).len());
    let variables: Vec<_> =
        dashboard["templating"]["list"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
    assert_eq!(variables, ["datasource", "job", "instance"]);
}
