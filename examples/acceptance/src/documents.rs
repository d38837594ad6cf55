//! The documents that are generated from a program's code, on the real Prometheus that scrapes it.

use std::fs;
use std::time::Duration;

use metrics_instrumented_test_support::prometheus::Prometheus;
use metrics_instrumented_test_support::{eventually, http};
use serde_json::Value;

/// How long Prometheus may take to have scraped often enough.
const PATIENCE: Duration = Duration::from_secs(90);

/// Checks that Prometheus has evaluated all rules, and none with an error.
///
/// # Panics
/// When it has not within a minute and a half, with the rules.
#[track_caller]
pub fn check_rules_are_healthy(prometheus: &Prometheus, at_least: usize) {
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
pub fn check_dashboard_has_data(prometheus: &Prometheus, file: &str) {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let dashboard: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    let panels = dashboard["panels"].as_array().expect("panels");
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().into_iter().flatten());
    let queries: Vec<&str> = targets.map(|target| target["expr"].as_str().expect("a query")).collect();
    assert!(queries.len() > 10, "{queries:?}");
    // Version 2 has little to say; a later one says that this is no counter.
    let remarks = prometheus.remarks("rate(up[1m])").expect("a query");
    assert_eq!(remarks.is_empty(), prometheus.version().starts_with("2."), "{remarks:?}");
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
