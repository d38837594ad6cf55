//! Tests for `promtool test rules`: each alert fires for its example, and does not fire for the other one.

use std::path::Path;

use serde_json::{Value, json};

use super::model::{Alert, Example, Group, Rule};
use crate::generate::yaml::yaml;
use crate::promql::duration::milliseconds;

/// The minimum number of minutes of values.
const MIN_MINUTES: u64 = 180;

/// The minutes before an alert is pending, and after it is firing.
const MARGIN: u64 = 10;

/// A test file for the rule file at a path.
pub(crate) fn tests(groups: &[Group], rule_file: &Path) -> String {
    let alerts: Vec<&Alert> = groups
        .iter()
        .flat_map(|group| &group.rules)
        .filter_map(|rule| match rule {
            Rule::Alert(alert) => Some(&**alert),
            Rule::Record { .. } => None,
        })
        .collect();
    let minutes = minutes(&alerts);
    // Alerts on absent series need a test without series.
    let (without, with): (Vec<&Alert>, Vec<&Alert>) = alerts.iter().partition(|alert| alert.example.fires.is_empty());
    let mut series: Vec<Value> = Vec::new();
    let mut expected = Vec::new();
    for alert in &alerts {
        let Example { fires, quiet, rare, by_job } = &alert.example;
        for (state, inputs) in [("fires", fires), ("quiet", quiet), ("rare", rare)] {
            let job = by_job.then(|| format!("{} {state}", alert.name));
            for (name, values) in inputs {
                let input =
                    json!({ "series": with_job(name, job.as_deref()), "values": format!("{values}x{minutes}") });
                if !series.contains(&input) {
                    series.push(input);
                }
            }
        }
    }
    for alert in &with {
        expected.push(expectation(alert, "fires", true, minutes));
        expected.push(expectation(alert, "quiet", false, minutes));
        if !alert.example.rare.is_empty() {
            expected.push(expectation(alert, "rare", false, minutes));
        }
    }
    expected.extend(without.iter().map(|alert| expectation(alert, "", false, minutes)));
    let absent: Vec<Value> = without.iter().map(|alert| expectation(alert, "", true, minutes)).collect();
    let mut all = vec![test("with series", &series, &expected)];
    if !absent.is_empty() {
        all.push(test("without any series", &[], &absent));
    }
    yaml("rules --tests", &json!({ "rule_files": [rule_file], "evaluation_interval": "1m", "tests": all }))
}

/// The length of the tests: every alert has been firing for some minutes.
fn minutes(alerts: &[&Alert]) -> u64 {
    let waits = alerts.iter().filter_map(|alert| milliseconds(&alert.for_duration)).max();
    MIN_MINUTES.max(waits.unwrap_or(0).div_ceil(60_000) + 2 * MARGIN)
}

fn test(name: &str, series: &[Value], expected: &[Value]) -> Value {
    json!({ "name": name, "interval": "1m", "input_series": series, "promql_expr_test": expected })
}

/// The expected number of firing alerts of this name for the example's series, a few minutes before they end.
fn expectation(alert: &Alert, state: &str, fires: bool, minutes: u64) -> Value {
    let mut matchers = vec![format!("alertname={:?}", alert.name), "alertstate=\"firing\"".to_owned()];
    if alert.example.by_job {
        matchers.push(format!("job={:?}", format!("{} {state}", alert.name)));
    } else if !state.is_empty() {
        matchers.push(format!("instance=~\"{state}.*\""));
    }
    let samples = if fires { vec![json!({ "labels": "{}", "value": 1 })] } else { Vec::new() };
    json!({
        "expr": format!("count(ALERTS{{{}}})", matchers.join(",")),
        "eval_time": format!("{}m", minutes - 5),
        "exp_samples": samples,
    })
}

/// The series with the label `job`.
fn with_job(series: &str, job: Option<&str>) -> String {
    let Some(job) = job else { return series.to_owned() };
    match series.split_once('{') {
        Some((name, "}")) => format!("{name}{{job={job:?}}}"),
        Some((name, labels)) => format!("{name}{{job={job:?},{labels}"),
        None => format!("{series}{{job={job:?}}}"),
    }
}
