//! The documents that are generated from a program's code, on the real Prometheus that scrapes it.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::time::Duration;

use metrics_instrumented_test_support::prometheus::Prometheus;
use metrics_instrumented_test_support::{eventually, http};
use serde_json::Value;

use crate::Live;

/// How long Prometheus may take to have scraped often enough.
const PATIENCE: Duration = Duration::from_secs(90);

/// Checks a program's rules and its dashboard on Prometheus, while it is busy. Its documents are in a folder, and its name is that of its job.
///
/// # Panics
/// When there are fewer rules, one is not healthy, or a query of the dashboard gives nothing.
#[track_caller]
pub fn check_documents_live(program: &str, arguments: &[&str], docs: &Path, rules: usize) {
    let busy = Live::start(program, &[arguments, &["--load", "--load-pause-ms=5"]].concat());
    let job = Path::new(program).file_name().and_then(OsStr::to_str).expect("a program's name");
    let prometheus = Prometheus::start(&[(job, busy.metrics)], &[&docs.join("rules.yaml")]);
    prometheus.wait_until_up(PATIENCE);
    check_rules_are_healthy(&prometheus, rules);
    check_dashboard_has_data(&prometheus, &docs.join("dashboard.json").display().to_string());
    busy.end();
}

/// Checks that Prometheus has evaluated all rules, and none with an error.
///
/// # Panics
/// When it has not within a minute and a half, with the rules.
#[track_caller]
fn check_rules_are_healthy(prometheus: &Prometheus, at_least: usize) {
    eventually(PATIENCE, || {
        let answer = http::get(&format!("http://{}/api/v1/rules", prometheus.address()))?;
        let answer: Value = serde_json::from_str(&answer.body).map_err(|error| error.to_string())?;
        let groups = answer["data"]["groups"].as_array().ok_or("no groups")?;
        let rules: Vec<&Value> =
            groups.iter().flat_map(|group| group["rules"].as_array().into_iter().flatten()).collect();
        let ill: Vec<_> = rules.iter().filter(|rule| rule["health"] != "ok").collect();
        if rules.len() >= at_least && ill.is_empty() {
            Ok(())
        } else {
            Err(format!("{} rules, not healthy: {ill:#?}", rules.len()))
        }
    });
}

/// Checks that every query of a dashboard gives something, for all jobs and instances.
///
/// # Panics
/// When one gives nothing for a minute and a half, is refused, or is remarked on: by a warning or an info.
#[track_caller]
fn check_dashboard_has_data(prometheus: &Prometheus, file: &str) {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let dashboard: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    let panels = dashboard["panels"].as_array().expect("panels");
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().into_iter().flatten());
    let queries: Vec<&str> = targets.map(|target| target["expr"].as_str().expect("a query")).collect();
    assert!(queries.len() > 10, "{queries:?}");
    // Version 2 has little to say. Later versions report that this is not a counter as soon as it has two values.
    if !prometheus.version().starts_with("2.") {
        eventually(PATIENCE, || match prometheus.remarks("rate(up[1m])")? {
            remarks if remarks.is_empty() => Err("it has nothing to say".to_owned()),
            _ => Ok(()),
        });
    }
    for query in queries {
        let asked = query.replace("$__rate_interval", "1m").replace("$job", ".*").replace("$instance", ".*");
        eventually(PATIENCE, || match prometheus.try_query(&asked) {
            Ok(values) if !values.is_empty() => {
                assert_eq!(prometheus.remarks(&asked), Ok(Vec::new()), "`{asked}`");
                Ok(())
            }
            Ok(_) => Err(format!("`{asked}` gives nothing")),
            Err(error) => panic!("`{asked}`: {error}"),
        });
    }
}
